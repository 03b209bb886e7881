// Creates topics of one partition: `topic HOST:PORT NAME...`
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    if (argc < 3) return fprintf(stderr, "topic: HOST:PORT NAME...\n"), 2;
    char errors[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", argv[1], errors, sizeof errors);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, errors, sizeof errors);
    size_t count = (size_t)argc - 2, answers = 0;
    rd_kafka_NewTopic_t **topics = calloc(count, sizeof *topics);
    for (size_t i = 0; i < count; i++) topics[i] = rd_kafka_NewTopic_new(argv[i + 2], 1, -1, errors, sizeof errors);
    rd_kafka_queue_t *replies = rd_kafka_queue_new(client);
    rd_kafka_CreateTopics(client, topics, count, NULL, replies);
    rd_kafka_event_t *event = rd_kafka_queue_poll(replies, 60000);
    int failed = !event || rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR;
    const rd_kafka_topic_result_t **results =
        failed ? NULL : rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &answers);
    for (size_t i = 0; i < answers; i++)
        if (rd_kafka_topic_result_error(results[i])) {
            fprintf(stderr, "topic: %s: %s\n", rd_kafka_topic_result_name(results[i]),
                    rd_kafka_topic_result_error_string(results[i]));
            failed = 1;
        }
    if (event) rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy_array(topics, count);
    free(topics);
    rd_kafka_queue_destroy(replies);
    rd_kafka_destroy(client);
    return failed;
}
