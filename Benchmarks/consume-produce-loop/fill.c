// Fills a topic partition with events for the benchmarks: JSON of 10 numeric fields and a 0/1 label, about 160 bytes,
// the same bytes for the same seed.
//
//   fill --bootstrap HOST:PORT --topic TOPIC [--partition 0] [--events 1000000] [--seed 1]
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// splitmix64: small, and the same everywhere.
static uint64_t draw(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int main(int argc, char **argv) {
    const char *bootstrap = NULL, *topic_name = NULL;
    long events = 1000000;
    int32_t partition = 0;
    uint64_t seed = 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--bootstrap")) bootstrap = argv[i + 1];
        else if (!strcmp(argv[i], "--topic")) topic_name = argv[i + 1];
        else if (!strcmp(argv[i], "--partition")) partition = atoi(argv[i + 1]);
        else if (!strcmp(argv[i], "--events")) events = atol(argv[i + 1]);
        else if (!strcmp(argv[i], "--seed")) seed = strtoull(argv[i + 1], NULL, 10);
        else return fprintf(stderr, "fill: unknown option %s\n", argv[i]), 2;
    }
    if (!bootstrap || !topic_name) return fprintf(stderr, "fill: --bootstrap and --topic are needed\n"), 2;
    char errors[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const char *properties[][2] = {{"bootstrap.servers", bootstrap}, {"enable.idempotence", "true"},
                                   {"linger.ms", "50"}, {"queue.buffering.max.messages", "1000000"}};
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (rd_kafka_conf_set(conf, properties[i][0], properties[i][1], errors, sizeof errors) != RD_KAFKA_CONF_OK)
            return fprintf(stderr, "fill: %s\n", errors), 1;
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, errors, sizeof errors);
    if (!producer) return fprintf(stderr, "fill: %s\n", errors), 1;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, topic_name, NULL);
    for (long n = 0; n < events; n++) {
        char text[512];
        double sum = 0;
        int length = snprintf(text, sizeof text, "{");
        for (int f = 0; f < 10; f++) {
            double x = (double)(int64_t)(draw(&seed) >> 44) / 1048576 * 2 - 1;
            sum += (f % 3 == 0 ? -1 : 0.7) * x;
            length += snprintf(text + length, sizeof text - (size_t)length, "\"x%d\":%.6f,", f, x);
        }
        double noise = (double)(int64_t)(draw(&seed) >> 44) / 1048576 - 0.5;
        length += snprintf(text + length, sizeof text - (size_t)length, "\"y\":%d}", sum + 0.5 * noise > 0);
        while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, text, (size_t)length, NULL, 0, NULL)) {
            if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
                return fprintf(stderr, "fill: %s\n", rd_kafka_err2str(rd_kafka_last_error())), 1;
            rd_kafka_poll(producer, 10);
        }
        if (n % 1000 == 0) rd_kafka_poll(producer, 0);
    }
    if (rd_kafka_flush(producer, 120000)) return fprintf(stderr, "fill: not everything arrived\n"), 1;
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    return 0;
}
