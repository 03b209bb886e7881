#pragma once
// What wakes a thread that waits for several queues at once: librdkafka's queues ring, the thread sleeps until one does.
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <librdkafka/rdkafka.h>

/// One sleeper, any number of ringers. A ring while nobody sleeps costs two atomic operations and no system call.
typedef struct {
    int read_end, write_end;
    int sleeping;
    uint64_t rings, seen;
} millrace_bell;

static inline millrace_bell *millrace_bell_new(void) {
    millrace_bell *bell = calloc(1, sizeof(*bell));
    int ends[2];
    if (!bell || pipe(ends) != 0) {
        free(bell);
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFL, fcntl(ends[i], F_GETFL) | O_NONBLOCK);
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    }
    bell->read_end = ends[0];
    bell->write_end = ends[1];
    return bell;
}

static inline void millrace_bell_free(millrace_bell *bell) {
    close(bell->read_end);
    close(bell->write_end);
    free(bell);
}

static inline void millrace_bell_ring(millrace_bell *bell) {
    __atomic_add_fetch(&bell->rings, 1, __ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&bell->sleeping, __ATOMIC_SEQ_CST)) return;
    char byte = 1;
    // A full pipe wakes as well.
    if (write(bell->write_end, &byte, 1) < 0) return;
}

/// Takes what ringers wrote.
static inline void millrace_bell_drain(millrace_bell *bell) {
    char bytes[256];
    while (read(bell->read_end, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes)) {
    }
}

/// Sleeps until a ring since the last wait's return, at most `milliseconds`. Returns 1 where it rang. One thread.
static inline int millrace_bell_wait(millrace_bell *bell, int milliseconds) {
    __atomic_store_n(&bell->sleeping, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&bell->rings, __ATOMIC_SEQ_CST) == bell->seen) {
        struct pollfd descriptor = {.fd = bell->read_end, .events = POLLIN};
        if (poll(&descriptor, 1, milliseconds) <= 0) break;
        // The byte may be that of a ring which the last wait has seen already: its writer was slow.
        millrace_bell_drain(bell);
    }
    __atomic_store_n(&bell->sleeping, 0, __ATOMIC_SEQ_CST);
    millrace_bell_drain(bell);
    uint64_t rings = __atomic_load_n(&bell->rings, __ATOMIC_SEQ_CST);
    int rang = rings != bell->seen;
    bell->seen = rings;
    return rang;
}

/// Whether a queue has got something since it was last asked, and whom to wake then.
typedef struct {
    millrace_bell *bell;
    int ready;
} millrace_mark;

static inline void millrace_queue_filled(rd_kafka_t *rk, void *opaque) {
    millrace_mark *mark = opaque;
    (void)rk;
    __atomic_store_n(&mark->ready, 1, __ATOMIC_SEQ_CST);
    millrace_bell_ring(mark->bell);
}

static inline void millrace_queue_rings(rd_kafka_t *rk, void *opaque) {
    (void)rk;
    millrace_bell_ring(opaque);
}

/// The queue rings each time that something comes into it while it is empty. NULL ends that.
static inline void millrace_watch_queue(rd_kafka_queue_t *queue, millrace_mark *mark) {
    rd_kafka_queue_cb_event_enable(queue, mark ? millrace_queue_filled : NULL, mark);
}

static inline void millrace_ring_by_queue(rd_kafka_queue_t *queue, millrace_bell *bell) {
    rd_kafka_queue_cb_event_enable(queue, bell ? millrace_queue_rings : NULL, bell);
}

static inline void millrace_mark_ready(millrace_mark *mark) { __atomic_store_n(&mark->ready, 1, __ATOMIC_SEQ_CST); }

static inline int millrace_take_mark(millrace_mark *mark) {
    return __atomic_load_n(&mark->ready, __ATOMIC_RELAXED) && __atomic_exchange_n(&mark->ready, 0, __ATOMIC_SEQ_CST);
}
