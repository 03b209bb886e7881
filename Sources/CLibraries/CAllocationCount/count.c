#include "CAllocationCount.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

// A sanitizer has an allocator of its own.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(IS_SANITIZED)

// glibc's own entry points, which stay reachable when the public names are replaced.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static __thread long count __attribute__((tls_model("initial-exec")));
static __thread long live __attribute__((tls_model("initial-exec")));
static __thread long peak __attribute__((tls_model("initial-exec")));

static void *taken(void *block) {
    count++;
    if (block != NULL) live += (long)malloc_usable_size(block);
    if (live > peak) peak = live;
    return block;
}

void *malloc(size_t size) { return taken(__libc_malloc(size)); }
void *calloc(size_t number, size_t size) { return taken(__libc_calloc(number, size)); }
void *memalign(size_t alignment, size_t size) { return taken(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return taken(__libc_memalign(alignment, size)); }

void *realloc(void *block, size_t size) {
    long before = block == NULL ? 0 : (long)malloc_usable_size(block);
    void *result = __libc_realloc(block, size);
    if (result != NULL || size == 0) live -= before;
    return taken(result);
}

void free(void *block) {
    if (block != NULL) live -= (long)malloc_usable_size(block);
    __libc_free(block);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *block = taken(__libc_memalign(alignment, size));
    if (block == NULL) return ENOMEM;
    *result = block;
    return 0;
}

long millrace_allocation_count(void) { return count; }
long millrace_allocation_live(void) { return live; }

long millrace_allocation_peak(int begin_anew) {
    if (begin_anew) peak = live;
    return peak;
}

int millrace_allocation_count_supported(void) { return 1; }

#else

long millrace_allocation_count(void) { return 0; }
long millrace_allocation_live(void) { return 0; }
long millrace_allocation_peak(int begin_anew) { return 0; }
int millrace_allocation_count_supported(void) { return 0; }

#endif
