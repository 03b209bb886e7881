#pragma once

// Counts the heap allocations of the calling thread, by standing in front of the C library's allocator. For tests and
// benchmarks only: linking this target into a program replaces its malloc.

#ifdef __cplusplus
extern "C" {
#endif

// Allocations and reallocations that the calling thread has made so far.
long millrace_allocation_count(void);

// Bytes that the calling thread took and did not give back; what another thread gives back for it is not seen.
long millrace_allocation_live(void);

// The most of them at once so far, or since it was last begun anew.
long millrace_allocation_peak(int begin_anew);

// 1 where allocations are counted (glibc), else 0.
int millrace_allocation_count_supported(void);

#ifdef __cplusplus
}
#endif
