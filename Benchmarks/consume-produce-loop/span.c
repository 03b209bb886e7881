// What arrived in a topic's partition 0, and how long it took: `span HOST:PORT TOPIC`
//
// Counts committed records and their bytes, and takes the time from the first record's timestamp to the last one's, as
// their producer set them. One ruler for every program measured, which leaves out starting and stopping.
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "span: HOST:PORT TOPIC\n"), 2;
    char errors[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const char *properties[][2] = {{"bootstrap.servers", argv[1]}, {"group.id", "span"}, {"enable.auto.commit", "false"},
                                   {"enable.partition.eof", "true"}, {"isolation.level", "read_committed"}};
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (rd_kafka_conf_set(conf, properties[i][0], properties[i][1], errors, sizeof errors) != RD_KAFKA_CONF_OK)
            return fprintf(stderr, "span: %s\n", errors), 1;
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, errors, sizeof errors);
    if (!consumer) return fprintf(stderr, "span: %s\n", errors), 1;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, argv[2], 0)->offset = 0;
    rd_kafka_assign(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    long events = 0;
    uint64_t bytes = 0;
    int64_t first = 0, last = 0;
    for (;;) {
        rd_kafka_message_t *record = rd_kafka_consumer_poll(consumer, 10000);
        if (!record) return fprintf(stderr, "span: nothing comes from %s\n", argv[2]), 1;
        rd_kafka_resp_err_t error = record->err;
        if (!error) {
            int64_t time = rd_kafka_message_timestamp(record, NULL);
            if (events++ == 0) first = time;
            if (time > last) last = time;
            bytes += record->len;
        }
        rd_kafka_message_destroy(record);
        if (error == RD_KAFKA_RESP_ERR__PARTITION_EOF) break;
        if (error) return fprintf(stderr, "span: %s\n", rd_kafka_err2str(error)), 1;
    }
    double seconds = (double)(last - first) / 1000;
    printf("{\"events\":%ld,\"bytes\":%.1f,\"seconds\":%.3f,\"events_per_second\":%.0f}\n", events,
           events ? (double)bytes / (double)events : 0, seconds, seconds > 0 ? (double)events / seconds : 0);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return 0;
}
