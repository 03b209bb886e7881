// The yardstick of the end-to-end benchmark: consume, produce, commit, and nothing else.
//
//   loop --bootstrap HOST:PORT --input TOPIC --output TOPIC [--partition 0] [--bytes 160]
//        [--commit-interval 100] [--set key=value]... (a property of both clients)
//
// Reads one partition from its first offset to the end it has at the start, writes one record of `--bytes` for each
// (same key, same partition) and commits an exactly-once transaction with the input's offset every interval, as the
// engine does. Prints one line of JSON: events, seconds, events_per_second, commits.
//
// Follows what makes librdkafka fast and the engine comparable: wait for the first record and take the rest without
// waiting, produce in batches with an explicit partition, no delivery reports, prefetch above librdkafka's cliff.
// The clock runs from the first record read to the last commit.
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 4096, QUEUE = 1000000 };

static char errors[512];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char *doing, const char *why) {
    fprintf(stderr, "loop: %s: %s\n", doing, why);
    exit(1);
}

static void check(const char *doing, rd_kafka_error_t *error) {
    if (error) fail(doing, rd_kafka_error_string(error));
}

static void set(rd_kafka_conf_t *conf, const char *key, const char *value) {
    if (rd_kafka_conf_set(conf, key, value, errors, sizeof errors) != RD_KAFKA_CONF_OK) fail(key, errors);
}

static rd_kafka_t *client(rd_kafka_type_t type, rd_kafka_conf_t *conf, char **extra, int extras) {
    for (int i = 0; i < extras; i++) {
        char *pair = strdup(extra[i]), *equals = strchr(pair, '=');
        if (!equals) fail("--set", "expects key=value");
        *equals = 0;
        set(conf, pair, equals + 1);
        free(pair);
    }
    rd_kafka_t *rk = rd_kafka_new(type, conf, errors, sizeof errors);
    if (!rk) fail("client", errors);
    return rk;
}

int main(int argc, char **argv) {
    const char *bootstrap = NULL, *input = NULL, *output = NULL;
    int32_t partition = 0;
    size_t bytes = 160;
    double interval = 0.1;
    char *extra[64];
    int extras = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *option = argv[i];
        char *value = argv[i + 1];
        if (!strcmp(option, "--bootstrap")) bootstrap = value;
        else if (!strcmp(option, "--input")) input = value;
        else if (!strcmp(option, "--output")) output = value;
        else if (!strcmp(option, "--partition")) partition = atoi(value);
        else if (!strcmp(option, "--bytes")) bytes = strtoul(value, NULL, 10);
        else if (!strcmp(option, "--commit-interval")) interval = atof(value) / 1000;
        else if (!strcmp(option, "--set") && extras < 64) extra[extras++] = value;
        else fail(option, "unknown option");
    }
    if (!bootstrap || !input || !output) fail("usage", "--bootstrap, --input and --output are needed");
    char unique[64];
    snprintf(unique, sizeof unique, "loop-%ld-%ld", (long)time(NULL), (long)getpid());

    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", bootstrap);
    set(conf, "group.id", unique);
    set(conf, "enable.auto.commit", "false");
    set(conf, "enable.auto.offset.store", "false");
    set(conf, "isolation.level", "read_committed");
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "queued.min.messages", "1000000");
    set(conf, "queued.max.messages.kbytes", "262144");
    rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, conf, extra, extras);
    conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", bootstrap);
    set(conf, "transactional.id", unique);
    set(conf, "linger.ms", "5");
    set(conf, "queue.buffering.max.messages", "1000000");
    set(conf, "queue.buffering.max.kbytes", "1048576");
    rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, conf, extra, extras);
    check("init", rd_kafka_init_transactions(producer, 30000));
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, output, NULL);
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(producer, 0, topic, &metadata, 10000)) fail(output, "no metadata");
    rd_kafka_metadata_destroy(metadata);

    // A member of a group, as the engine is: its offsets are fenced by generation.
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_t *position = rd_kafka_topic_partition_list_add(list, input, RD_KAFKA_PARTITION_UA);
    if (rd_kafka_subscribe(consumer, list)) fail(input, "cannot subscribe");
    position->partition = partition;
    int64_t low = 0, high = 0;
    if (rd_kafka_query_watermark_offsets(consumer, input, partition, &low, &high, 10000)) fail(input, "no watermarks");

    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    rd_kafka_message_t **in = malloc(BATCH * sizeof *in);
    rd_kafka_message_t *out = calloc(BATCH, sizeof *out);
    char *value = malloc(bytes + 1);
    memset(value, 'x', bytes);
    int64_t next = low;
    long events = 0, commits = 0;
    double start = 0, deadline = 0;
    int open = 0;
    while (next < high || open) {
        long count = 0;
        if (next < high && (in[0] = rd_kafka_consumer_poll(consumer, 100))) {
            ssize_t more = rd_kafka_consume_batch_queue(queue, 0, in + 1, BATCH - 1);
            count = 1 + (more > 0 ? more : 0);
        }
        if (count && start == 0) start = now();
        if (count && !open) {
            check("begin", rd_kafka_begin_transaction(producer));
            open = 1;
            deadline = now() + interval;
        }
        int filled = 0;
        for (long i = 0; i < count; i++) {
            const rd_kafka_message_t *record = in[i];
            if (record->err) fail("consume", rd_kafka_message_errstr(record));
            if (record->partition != partition || record->offset >= high) continue;
            out[filled].payload = value;
            out[filled].len = bytes;
            out[filled].key = record->key;
            out[filled++].key_len = record->key_len;
            next = record->offset + 1;
        }
        // Records skipped at the end of the log are commit markers: they leave no message.
        if (count == 0 && next < high) {
            rd_kafka_topic_partition_list_t *where = rd_kafka_topic_partition_list_copy(list);
            if (!rd_kafka_position(consumer, where) && where->elems[0].offset > next) next = where->elems[0].offset;
            rd_kafka_topic_partition_list_destroy(where);
        }
        for (int done = 0; done < filled;) {
            // Only what is sure to fit, so that no record is skipped and overtaken.
            int room = QUEUE - rd_kafka_outq_len(producer);
            if (room > filled - done) room = filled - done;
            if (room <= 0) {
                rd_kafka_poll(producer, 1);
                continue;
            }
            if (rd_kafka_produce_batch(topic, partition, RD_KAFKA_MSG_F_COPY, out + done, room) != room)
                fail("produce", rd_kafka_err2str(out[done].err));
            done += room;
        }
        events += filled;
        for (long i = 0; i < count; i++) rd_kafka_message_destroy(in[i]);
        if (open && (now() >= deadline || next >= high)) {
            position->offset = next;
            rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(consumer);
            check("offsets", rd_kafka_send_offsets_to_transaction(producer, list, group, 30000));
            rd_kafka_consumer_group_metadata_destroy(group);
            check("commit", rd_kafka_commit_transaction(producer, 30000));
            open = 0;
            commits++;
        }
    }
    double seconds = now() - start;
    printf("{\"events\":%ld,\"seconds\":%.6f,\"events_per_second\":%.0f,\"commits\":%ld}\n", events, seconds,
           (double)events / seconds, commits);
    fflush(stdout);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_consumer_close(consumer);
    rd_kafka_queue_destroy(queue);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(consumer);
    rd_kafka_destroy(producer);
    return 0;
}
