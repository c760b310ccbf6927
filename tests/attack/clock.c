// The time of day of one process, moved by as many seconds as a file says: loaded before the C
// library (LD_PRELOAD), for tests/attack/clock.mjs alone.
//
// libfaketime moves more, and less: gettimeofday as well, by which librdkafka computes until when it
// waits, but not the C11 wait that it hands this to. Every wait of it then ended at once, and the
// service did not start. Here the clock that Rust asks is moved, and no other.

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead_seconds;

__attribute__((constructor)) static void open_offset(void) {
    const char *path = getenv("VIGIE_TEST_CLOCK");
    int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) abort();
    void *page = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) abort();
    close(file);
    ahead_seconds = page;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int status = (int)syscall(SYS_clock_gettime, clock, time);
    if (status == 0 && clock == CLOCK_REALTIME && ahead_seconds != NULL) time->tv_sec += *ahead_seconds;
    return status;
}
