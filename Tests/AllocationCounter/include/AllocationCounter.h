#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/// Whether this platform's allocations can be counted.
int allocation_counter_is_available(void);

/// Counts the allocations of every thread from here on, but for those of OpenBLAS: its kernels for small matrices
/// take memory at each call.
void allocation_counter_start(void);

/// Ends the count and gives back how many allocations there were.
long allocation_counter_stop(void);

/// Has the largest allocation of this thread noted from here on.
void allocation_watch_start(void);

/// The largest allocation since then, in bytes; 0 where allocations cannot be counted.
unsigned long allocation_watch_largest(void);

#endif
