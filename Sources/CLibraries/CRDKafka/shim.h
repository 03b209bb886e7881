#pragma once
// C helpers over librdkafka: what Swift cannot call (variadics, unions), what is cheaper as one call per batch, and a
// destroy that keeps to a deadline. Everything is static inline, so that the target stays a plain system library.
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "bell.h"

/// One consumed record, flat. Swift reads it by byte offsets, which the assertions below hold.
typedef struct {
    const void *value;
    const void *key;
    uint32_t value_length;
    uint32_t key_length;
    int64_t offset;
    int64_t timestamp;
    int32_t partition;
    int32_t topic;
    int32_t error;
    int32_t reserved;
} millrace_record;

_Static_assert(sizeof(void *) == 8, "64-bit only");
_Static_assert(sizeof(millrace_record) == 56, "RecordBatch reads records by byte offset");
_Static_assert(offsetof(millrace_record, value_length) == 16, "RecordBatch reads records by byte offset");
_Static_assert(offsetof(millrace_record, offset) == 24, "RecordBatch reads records by byte offset");
_Static_assert(offsetof(millrace_record, partition) == 40, "RecordBatch reads records by byte offset");
_Static_assert(offsetof(millrace_record, error) == 48, "RecordBatch reads records by byte offset");

/// Flattens `count` messages. `topics` are the topic handles already interned; a topic is given as its index there, -1
/// without one, -2 when it is not interned yet. Returns how many are -2.
static inline long millrace_gather(rd_kafka_message_t *const *messages, long count, millrace_record *records,
                                   const rd_kafka_topic_t *const *topics, int32_t topic_count) {
    const rd_kafka_topic_t *last = NULL;
    int32_t last_index = -1;
    long unknown = 0;
    for (long i = 0; i < count; i++) {
        const rd_kafka_message_t *message = messages[i];
        millrace_record *record = &records[i];
        rd_kafka_timestamp_type_t kind;
        int64_t timestamp = rd_kafka_message_timestamp(message, &kind);
        if (message->rkt != last) {
            last = message->rkt;
            last_index = last ? -2 : -1;
            for (int32_t t = 0; last && t < topic_count; t++)
                if (topics[t] == last) {
                    last_index = t;
                    break;
                }
        }
        unknown += last_index == -2;
        record->value = message->payload;
        record->key = message->key;
        record->value_length = (uint32_t)message->len;
        record->key_length = (uint32_t)message->key_len;
        record->offset = message->offset;
        record->timestamp = kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp;
        record->partition = message->partition;
        record->topic = last_index;
        record->error = message->err;
        record->reserved = 0;
    }
    return unknown;
}

static inline void millrace_destroy_messages(rd_kafka_message_t **messages, long count) {
    for (long i = 0; i < count; i++)
        if (messages[i]) rd_kafka_message_destroy(messages[i]);
}

/// Gives an element a copy of metadata, which the list's destruction frees.
static inline int millrace_set_metadata(rd_kafka_topic_partition_t *element, const void *bytes, size_t count) {
    void *copy = malloc(count + 1);
    if (!copy) return 0;
    memcpy(copy, bytes, count);
    ((char *)copy)[count] = 0;
    free(element->metadata);
    element->metadata = copy;
    element->metadata_size = count;
    return 1;
}

/// One header of an outgoing record; a NULL value is a null header.
typedef struct {
    const char *name;
    const void *value;
    size_t length;
} millrace_header;

/// Produces one copied record with headers and, unless negative, a timestamp. Headers go in one by one and are the
/// library's. The partition must exist: versions before 2.12 free the headers twice when it does not.
static inline rd_kafka_error_t *millrace_produce_one(rd_kafka_t *rk, rd_kafka_topic_t *topic, int32_t partition,
                                                     const void *value, size_t value_length, const void *key,
                                                     size_t key_length, int64_t timestamp,
                                                     const millrace_header *headers, size_t header_count) {
    rd_kafka_vu_t *items = calloc(header_count + 6, sizeof(*items));
    if (!items) return rd_kafka_error_new(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, "out of memory");
    size_t n = 0;
    items[n].vtype = RD_KAFKA_VTYPE_RKT;
    items[n++].u.rkt = topic;
    items[n].vtype = RD_KAFKA_VTYPE_PARTITION;
    items[n++].u.i32 = partition;
    items[n].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    items[n++].u.i = RD_KAFKA_MSG_F_COPY;
    items[n].vtype = RD_KAFKA_VTYPE_VALUE;
    items[n].u.mem.ptr = (void *)value;
    items[n++].u.mem.size = value_length;
    items[n].vtype = RD_KAFKA_VTYPE_KEY;
    items[n].u.mem.ptr = (void *)key;
    items[n++].u.mem.size = key_length;
    if (timestamp >= 0) {
        items[n].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
        items[n++].u.i64 = timestamp;
    }
    for (size_t i = 0; i < header_count; i++) {
        items[n].vtype = RD_KAFKA_VTYPE_HEADER;
        items[n].u.header.name = headers[i].name;
        items[n].u.header.val = headers[i].value;
        items[n++].u.header.size = headers[i].value ? (ssize_t)headers[i].length : 0;
    }
    rd_kafka_error_t *error = rd_kafka_produceva(rk, items, n);
    free(items);
    return error;
}

/// Called by librdkafka's threads for each connection that ends; `opaque` counts them. Its error events do not: an error
/// that looks like the last one is left out for half a minute, and all of them with `log.connection.close=false`.
static inline int millrace_close_socket(int socket, void *opaque) {
    __atomic_fetch_add((long *)opaque, 1, __ATOMIC_ACQ_REL);
    return close(socket);
}

static inline void millrace_count_closed(rd_kafka_conf_t *conf, long *count) {
    rd_kafka_conf_set_opaque(conf, count);
    rd_kafka_conf_set_closesocket_cb(conf, millrace_close_socket);
}

static inline long millrace_closed(const long *count) { return __atomic_load_n(count, __ATOMIC_ACQUIRE); }

/// What became of a producer's records, told by librdkafka's threads as brokers answer: the first one that failed, and
/// the end of each partition of one topic. An interceptor and not a delivery report: a report has to be served before a
/// transaction can commit, costs an event a message, and the errors alone would leave out the offsets.
typedef struct {
    pthread_mutex_t mutex;
    int32_t error;
    int32_t partition;
    char topic[256];
    const rd_kafka_topic_t *watched;
    int64_t *ends;
    int32_t end_count;
} millrace_ledger;

static inline millrace_ledger *millrace_ledger_new(void) {
    millrace_ledger *ledger = calloc(1, sizeof(*ledger));
    if (ledger) pthread_mutex_init(&ledger->mutex, NULL);
    return ledger;
}

static inline void millrace_ledger_free(millrace_ledger *ledger) {
    pthread_mutex_destroy(&ledger->mutex);
    free(ledger->ends);
    free(ledger);
}

static inline rd_kafka_resp_err_t millrace_acknowledged(rd_kafka_t *rk, rd_kafka_message_t *message, void *opaque) {
    millrace_ledger *ledger = opaque;
    (void)rk;
    if (!message->err && message->rkt != __atomic_load_n(&ledger->watched, __ATOMIC_ACQUIRE))
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    pthread_mutex_lock(&ledger->mutex);
    if (!message->err) {
        if (message->partition >= 0 && message->partition < ledger->end_count &&
            message->offset >= ledger->ends[message->partition])
            ledger->ends[message->partition] = message->offset + 1;
    } else if (!ledger->error && message->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE &&
               message->err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
        ledger->error = message->err;
        ledger->partition = message->partition;
        strncpy(ledger->topic, message->rkt ? rd_kafka_topic_name(message->rkt) : "", sizeof(ledger->topic) - 1);
    }
    pthread_mutex_unlock(&ledger->mutex);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static inline rd_kafka_resp_err_t millrace_watch_new(rd_kafka_t *rk, const rd_kafka_conf_t *conf, void *opaque,
                                                     char *text, size_t size) {
    (void)conf, (void)text, (void)size;
    return rd_kafka_interceptor_add_on_acknowledgement(rk, "millrace", millrace_acknowledged, opaque);
}

/// Has every producer made from the configuration write into the ledger, which must outlive its threads.
static inline void millrace_keep_ledger(rd_kafka_conf_t *conf, millrace_ledger *ledger) {
    rd_kafka_conf_interceptor_add_on_new(conf, "millrace", millrace_watch_new, ledger);
}

/// Watches the ends of a topic's partitions from now on.
static inline void millrace_ledger_watch(millrace_ledger *ledger, const rd_kafka_topic_t *topic, int32_t partitions) {
    pthread_mutex_lock(&ledger->mutex);
    // The same topic again: it has got more partitions, and what is known of the old ones stays.
    int32_t known = ledger->watched == topic ? ledger->end_count : 0;
    int64_t *ends = calloc((size_t)partitions, sizeof(int64_t));
    if (ends && known) memcpy(ends, ledger->ends, sizeof(int64_t) * (size_t)(known < partitions ? known : partitions));
    free(ledger->ends);
    ledger->ends = ends;
    ledger->end_count = ends ? partitions : 0;
    pthread_mutex_unlock(&ledger->mutex);
    __atomic_store_n(&ledger->watched, topic, __ATOMIC_RELEASE);
}

/// The offset behind the last watched record of a partition that a broker took; 0 before the first.
static inline int64_t millrace_ledger_end(millrace_ledger *ledger, int32_t partition) {
    pthread_mutex_lock(&ledger->mutex);
    int64_t end = partition >= 0 && partition < ledger->end_count ? ledger->ends[partition] : 0;
    pthread_mutex_unlock(&ledger->mutex);
    return end;
}

/// The first record that failed since the last call: its code, topic (256 bytes) and partition; 0 where none did.
static inline int32_t millrace_ledger_take_error(millrace_ledger *ledger, char *topic, int32_t *partition) {
    pthread_mutex_lock(&ledger->mutex);
    int32_t error = ledger->error;
    memcpy(topic, ledger->topic, sizeof(ledger->topic));
    *partition = ledger->partition;
    ledger->error = 0;
    pthread_mutex_unlock(&ledger->mutex);
    return error;
}

struct millrace_destruction {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    rd_kafka_t *rk;
    int flags, done, abandoned;
};

static inline void *millrace_destruction_main(void *opaque) {
    struct millrace_destruction *work = opaque;
    rd_kafka_destroy_flags(work->rk, work->flags);
    pthread_mutex_lock(&work->mutex);
    work->done = 1;
    int abandoned = work->abandoned;
    pthread_cond_signal(&work->condition);
    pthread_mutex_unlock(&work->mutex);
    if (abandoned) free(work);
    return NULL;
}

/// Destroys a client on a thread of its own and waits for it at most `milliseconds`: librdkafka's destroy has no
/// deadline, and some versions never return (a deleted partition, a bouncing broker). Returns 1 when it is destroyed, 0
/// when it was left behind.
static inline int millrace_destroy_within(rd_kafka_t *rk, int flags, int milliseconds) {
    struct millrace_destruction *work = calloc(1, sizeof(*work));
    pthread_t thread;
    pthread_condattr_t attributes;
    struct timespec deadline;
    if (!work) return 0;
    work->rk = rk;
    work->flags = flags;
    pthread_mutex_init(&work->mutex, NULL);
    pthread_condattr_init(&attributes);
#ifdef __linux__
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    clock_gettime(CLOCK_MONOTONIC, &deadline);
#else
    clock_gettime(CLOCK_REALTIME, &deadline);
#endif
    pthread_cond_init(&work->condition, &attributes);
    pthread_condattr_destroy(&attributes);
    deadline.tv_sec += milliseconds / 1000;
    deadline.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_nsec -= 1000000000;
        deadline.tv_sec++;
    }
    if (pthread_create(&thread, NULL, millrace_destruction_main, work) != 0) {
        free(work);
        return 0;
    }
    pthread_mutex_lock(&work->mutex);
    int waited = 0;
    while (!work->done && waited == 0) waited = pthread_cond_timedwait(&work->condition, &work->mutex, &deadline);
    int done = work->done;
    work->abandoned = !done;
    pthread_mutex_unlock(&work->mutex);
    if (!done) {
        pthread_detach(thread);
        return 0;
    }
    pthread_join(thread, NULL);
    pthread_cond_destroy(&work->condition);
    pthread_mutex_destroy(&work->mutex);
    free(work);
    return 1;
}
