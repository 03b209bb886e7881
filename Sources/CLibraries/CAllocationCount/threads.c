// The thread sanitizer knows POSIX's threads, locks and conditions and not C11's, which librdkafka uses: under it, the
// latter are made of the former, as glibc makes them too. Nothing elsewhere.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

struct start {
    thrd_start_t function;
    void *argument;
};

static void *begin(void *opaque) {
    struct start start = *(struct start *)opaque;
    free(opaque);
    return (void *)(intptr_t)start.function(start.argument);
}

int thrd_create(thrd_t *thread, thrd_start_t function, void *argument) {
    struct start *start = malloc(sizeof *start);
    if (start == NULL) return thrd_nomem;
    *start = (struct start){function, argument};
    if (pthread_create((pthread_t *)thread, NULL, begin, start) == 0) return thrd_success;
    free(start);
    return thrd_error;
}

int thrd_join(thrd_t thread, int *result) {
    void *value = NULL;
    if (pthread_join((pthread_t)thread, &value) != 0) return thrd_error;
    if (result != NULL) *result = (int)(intptr_t)value;
    return thrd_success;
}

#define RESULT(call) ((call) == 0 ? thrd_success : thrd_error)

int mtx_lock(mtx_t *lock) { return RESULT(pthread_mutex_lock((pthread_mutex_t *)lock)); }
int mtx_unlock(mtx_t *lock) { return RESULT(pthread_mutex_unlock((pthread_mutex_t *)lock)); }
int cnd_signal(cnd_t *condition) { return RESULT(pthread_cond_signal((pthread_cond_t *)condition)); }
int cnd_broadcast(cnd_t *condition) { return RESULT(pthread_cond_broadcast((pthread_cond_t *)condition)); }

int cnd_wait(cnd_t *condition, mtx_t *lock) {
    return RESULT(pthread_cond_wait((pthread_cond_t *)condition, (pthread_mutex_t *)lock));
}

int cnd_timedwait(cnd_t *condition, mtx_t *lock, const struct timespec *until) {
    int result = pthread_cond_timedwait((pthread_cond_t *)condition, (pthread_mutex_t *)lock, until);
    return result == ETIMEDOUT ? thrd_timedout : RESULT(result);
}

#endif
#endif
