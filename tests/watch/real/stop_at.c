/* Loaded in front of the C library (LD_PRELOAD) by the tests of the daemon: counts every call by which it or its worker
   changes a disk, and at one of them kills the whole process group, as a machine that stops would, or lets it fail.

   STOP_AT_FILE  a file of at least 64 bytes that all processes share: its first 8 bytes are the count
   STOP_AT_LOG   a file to which the name of every counted call is appended
   STOP_AT       the number of the call before which the group is killed (0: none)
   STOP_HALF     1: that call, when it is a write, is done for its first half
   FAIL_CALL     the name of a call that fails, FAIL_ERRNO how, FAIL_FROM and FAIL_TO which of them (from 1)
   FAIL_UNDER    only calls on files whose path has this in it fail

   Only calls on regular files, folders and names count: pipes, sockets and terminals are no disk, and the log on
   standard error is nobody's promise. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile uint64_t *shared; /* [0] all calls, [1] those that may fail */
static int log_fd = -1;
static uint64_t stop_at, fail_from, fail_to;
static int half, fail_errno;
static const char *fail_call, *fail_under;
static ssize_t (*real_write)(int, const void *, size_t);

static const char *env(const char *name) {
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static uint64_t number(const char *name) {
    const char *value = env(name);
    return value ? strtoull(value, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    const char *path = env("STOP_AT_FILE");
    if (!path)
        return;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, 64, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        _exit(97);
    close(fd);
    if (env("STOP_AT_LOG"))
        log_fd = open(env("STOP_AT_LOG"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    stop_at = number("STOP_AT");
    half = number("STOP_HALF") == 1;
    fail_call = env("FAIL_CALL");
    fail_errno = (int)number("FAIL_ERRNO");
    fail_from = number("FAIL_FROM");
    fail_to = number("FAIL_TO");
    fail_under = env("FAIL_UNDER");
    shared = map;
}

static int on_disk(int fd) {
    struct stat found;
    return fd > 2 && fstat(fd, &found) == 0 && (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode));
}

static int is_under(int fd, const char *path) {
    if (!fail_under)
        return 1;
    char link[64], target[4096];
    if (!path) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, target, sizeof target - 1);
        if (length < 0)
            return 0;
        target[length] = 0;
        path = target;
    }
    return strstr(path, fail_under) != NULL;
}

enum { GO, HALF, FAIL };

static int point(const char *name, int fd, const char *path) {
    if (!shared || (!path && !on_disk(fd)))
        return GO;
    uint64_t n = __atomic_add_fetch(&shared[0], 1, __ATOMIC_SEQ_CST);
    if (log_fd >= 0) {
        char line[256];
        int length = snprintf(line, sizeof line, "%llu %d %s\n", (unsigned long long)n, (int)getpid(), name);
        if (real_write(log_fd, line, (size_t)length) < 0)
            _exit(98);
    }
    if (stop_at && n == stop_at) {
        if (half && strstr(name, "write"))
            return HALF;
        kill(0, SIGKILL);
    }
    if (fail_call && strcmp(fail_call, name) == 0 && is_under(fd, path)) {
        uint64_t m = __atomic_add_fetch(&shared[1], 1, __ATOMIC_SEQ_CST);
        if (m >= fail_from && m <= fail_to) {
            errno = fail_errno;
            return FAIL;
        }
    }
    return GO;
}

#define NEXT(type, name, ...)                     \
    static type (*next)(__VA_ARGS__);             \
    if (!next)                                    \
        next = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name);

ssize_t write(int fd, const void *data, size_t size) {
    int what = point("write", fd, NULL);
    if (what == FAIL)
        return -1;
    if (what == HALF) {
        (void)!real_write(fd, data, size / 2);
        kill(0, SIGKILL);
    }
    return real_write(fd, data, size);
}

#define PWRITE(name, offset_t)                                          \
    ssize_t name(int fd, const void *data, size_t size, offset_t at) {  \
        NEXT(ssize_t, #name, int, const void *, size_t, offset_t)       \
        int what = point("pwrite", fd, NULL);                           \
        if (what == FAIL)                                               \
            return -1;                                                  \
        if (what == HALF) {                                             \
            (void)!next(fd, data, size / 2, at);                        \
            kill(0, SIGKILL);                                           \
        }                                                               \
        return next(fd, data, size, at);                                \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int fd, const struct iovec *parts, int count) {
    NEXT(ssize_t, "writev", int, const struct iovec *, int)
    return point("writev", fd, NULL) == FAIL ? -1 : next(fd, parts, count);
}

#define BY_FD(name)                                            \
    int name(int fd) {                                         \
        NEXT(int, #name, int)                                  \
        return point(#name, fd, NULL) == FAIL ? -1 : next(fd); \
    }
BY_FD(fsync)
BY_FD(fdatasync)

#define TRUNCATE(name, offset_t)                                           \
    int name(int fd, offset_t size) {                                      \
        NEXT(int, #name, int, offset_t)                                    \
        return point("ftruncate", fd, NULL) == FAIL ? -1 : next(fd, size); \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define BY_NAME(name)                                             \
    int name(const char *path) {                                  \
        NEXT(int, #name, const char *)                            \
        return point(#name, -1, path) == FAIL ? -1 : next(path);  \
    }
BY_NAME(unlink)
BY_NAME(rmdir)

int unlinkat(int folder, const char *path, int flags) {
    NEXT(int, "unlinkat", int, const char *, int)
    return point("unlink", -1, path) == FAIL ? -1 : next(folder, path, flags);
}

int mkdir(const char *path, mode_t mode) {
    NEXT(int, "mkdir", const char *, mode_t)
    return point("mkdir", -1, path) == FAIL ? -1 : next(path, mode);
}

int rename(const char *from, const char *to) {
    NEXT(int, "rename", const char *, const char *)
    return point("rename", -1, to) == FAIL ? -1 : next(from, to);
}

int renameat(int a, const char *from, int b, const char *to) {
    NEXT(int, "renameat", int, const char *, int, const char *)
    return point("rename", -1, to) == FAIL ? -1 : next(a, from, b, to);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned int flags) {
    NEXT(int, "renameat2", int, const char *, int, const char *, unsigned int)
    return point("rename", -1, to) == FAIL ? -1 : next(a, from, b, to, flags);
}
