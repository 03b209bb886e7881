#pragma once

// Counts the heap allocations of the calling thread, by standing in front of the C library's allocator. For tests and
// benchmarks only: linking this target into a program replaces its malloc.

#ifdef __cplusplus
extern "C" {
#endif

// Allocations and reallocations that the calling thread has made so far.
long millrace_allocation_count(void);

// 1 where allocations are counted (glibc), else 0.
int millrace_allocation_count_supported(void);

#ifdef __cplusplus
}
#endif
