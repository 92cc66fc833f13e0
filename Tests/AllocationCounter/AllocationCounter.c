#define _GNU_SOURCE
#include "AllocationCounter.h"

#include <stdatomic.h>

static atomic_int is_counting;
static atomic_long count;
// Of the calling thread, so that tests side by side do not see each other.
static _Thread_local unsigned long largest;

void allocation_counter_start(void) {
  atomic_store(&count, 0);
  atomic_store(&is_counting, 1);
}

long allocation_counter_stop(void) {
  atomic_store(&is_counting, 0);
  return atomic_load(&count);
}

void allocation_watch_start(void) { largest = 0; }

unsigned long allocation_watch_largest(void) { return largest; }

// AddressSanitizer brings an allocator of its own.
#if defined(__linux__) && !__has_feature(address_sanitizer)
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

// The executable's own definitions come before the C library's, for every library that is loaded.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void note(void *caller, size_t size) {
  if (size > largest) largest = size;
  if (!atomic_load_explicit(&is_counting, memory_order_relaxed)) return;
  Dl_info info;
  if (dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "openblas")) return;
  atomic_fetch_add(&count, 1);
}

int allocation_counter_is_available(void) { return 1; }

void *malloc(size_t size) {
  note(__builtin_return_address(0), size);
  return __libc_malloc(size);
}

void *calloc(size_t items, size_t size) {
  note(__builtin_return_address(0), items * size);
  return __libc_calloc(items, size);
}

void *realloc(void *memory, size_t size) {
  note(__builtin_return_address(0), size);
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  note(__builtin_return_address(0), size);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  note(__builtin_return_address(0), size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  note(__builtin_return_address(0), size);
  void *result = __libc_memalign(alignment, size);
  if (result == NULL) return ENOMEM;
  *memory = result;
  return 0;
}
#else
int allocation_counter_is_available(void) { return 0; }
#endif
