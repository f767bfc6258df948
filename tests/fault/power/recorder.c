// Preloaded into a program, this writes down what the program asks the kernel to do with the files
// of one folder: enough to work out every state that the disk could be in after a power cut
// (images.hpp). Test code only.
//
//   HOMEWARD_RECORD_FOLDER   the folder, absolute, empty when the program starts, without subfolders
//   HOMEWARD_RECORD_TRACE    the trace, outside the folder
//
// An event is five numbers (little endian: kind u32, thread u32, file u32, size u32, offset u64)
// and `size` bytes. One lock is held over each call and its event, so that the trace has one order
// and a call is in it only when it has succeeded. Files whose names end in "-shm" are left out:
// SQLite makes them anew after a crash. What it does not know (mmap, writev, io_uring …) would make
// the replay of a whole trace differ from the folder, which a test compares.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind {
    kind_create = 'c',   // the bytes are the name
    kind_write = 'w',    // the bytes were written at the offset
    kind_resize = 't',   // the offset is the new size
    kind_sync = 's',     // of a file
    kind_folder = 'd',   // the folder was synced
    kind_rename = 'r',   // the bytes are both names with a zero between
    kind_unlink = 'u',   // the bytes are the name
    kind_mark = 'm',     // the program says something
};

enum { fds_max = 4096, files_max = 4096, name_max = 256, folder_mark = -2 };

struct event {
    uint32_t kind, thread, file, size;
    uint64_t offset;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static int trace = -1;
static int of_fd[fds_max];          // 0: not ours; folder_mark; else the number of the file
static ino_t inode_of[files_max];   // of the files by number, from 1
static int files;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);

static void give_up(const char *why) {
    dprintf(STDERR_FILENO, "recorder: %s\n", why);
    abort();
}

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) give_up(name);
    return found;
}

__attribute__((constructor)) static void start(void) {
    real_open = real("open64");
    real_openat = real("openat64");
    real_close = real("close");
    real_write = real("write");
    real_pwrite = real("pwrite64");
    real_ftruncate = real("ftruncate64");
    real_fsync = real("fsync");
    real_fdatasync = real("fdatasync");
    real_rename = real("rename");
    real_unlink = real("unlink");
    const char *where = getenv("HOMEWARD_RECORD_FOLDER");
    const char *to = getenv("HOMEWARD_RECORD_TRACE");
    if (where == NULL || to == NULL || strlen(where) >= sizeof folder) return;
    strcpy(folder, where);
    trace = real_open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (trace < 0) give_up("cannot open the trace");
}

static void put(const void *bytes, size_t size) {
    const char *at = bytes;
    while (size > 0) {
        const ssize_t wrote = real_write(trace, at, size);
        if (wrote <= 0) give_up("cannot write the trace");
        at += wrote;
        size -= (size_t)wrote;
    }
}

static void note(enum kind kind, int file, uint64_t offset, const void *bytes, size_t size) {
    const struct event event = {kind, (uint32_t)syscall(SYS_gettid), (uint32_t)file,
                                (uint32_t)size, offset};
    const int before = errno;
    put(&event, sizeof event);
    put(bytes, size);
    errno = before;
}

// The name of a file of the folder, or NULL for one elsewhere or without a durable content.
static const char *name_in_folder(const char *path) {
    const size_t length = strlen(folder);
    if (trace < 0 || strncmp(path, folder, length) != 0 || path[length] != '/') return NULL;
    const char *name = path + length + 1;
    const size_t size = strlen(name);
    if (size == 0 || size >= name_max) return NULL;
    if (strchr(name, '/') != NULL) give_up("a folder within the folder");
    if (size > 4 && strcmp(name + size - 4, "-shm") == 0) return NULL;
    return name;
}

// Made files get a fresh number even where the kernel uses an inode again.
static int number_of(int fd, int is_new, const char *name) {
    struct stat found;
    if (fstat(fd, &found) != 0) give_up("cannot look at a file");
    if (!is_new)
        for (int i = files; i > 0; --i)
            if (inode_of[i] == found.st_ino) return i;
    if (!is_new) give_up("a file from before the trace");
    if (++files >= files_max) give_up("too many files");
    inode_of[files] = found.st_ino;
    note(kind_create, files, 0, name, strlen(name));
    return files;
}

static int opened(const char *path, int flags, mode_t mode) {
    if (trace < 0) return real_open(path, flags, mode);
    pthread_mutex_lock(&lock);
    const char *name = name_in_folder(path);
    struct stat before;
    const int is_new = name != NULL && stat(path, &before) != 0;
    const int fd = real_open(path, flags, mode);
    if (fd >= fds_max) give_up("too many open files");
    if (fd >= 0) of_fd[fd] = strcmp(path, folder) == 0 ? folder_mark : 0;
    if (fd >= 0 && name != NULL) {
        of_fd[fd] = number_of(fd, is_new, name);
        if (!is_new && (flags & O_TRUNC) != 0) note(kind_resize, of_fd[fd], 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return fd;
}

static mode_t mode_in(int flags, va_list rest) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
}

#define OPENER(name)                               \
    int name(const char *path, int flags, ...) {   \
        va_list rest;                              \
        va_start(rest, flags);                     \
        const mode_t mode = mode_in(flags, rest);  \
        va_end(rest);                              \
        return opened(path, flags, mode);          \
    }
OPENER(open)
OPENER(open64)

#define OPENER_AT(name)                                                     \
    int name(int at, const char *path, int flags, ...) {                    \
        va_list rest;                                                       \
        va_start(rest, flags);                                              \
        const mode_t mode = mode_in(flags, rest);                           \
        va_end(rest);                                                       \
        if (at == AT_FDCWD || path[0] == '/') return opened(path, flags, mode); \
        return real_openat(at, path, flags, mode);                          \
    }
OPENER_AT(openat)
OPENER_AT(openat64)

int close(int fd) {
    pthread_mutex_lock(&lock);
    if (fd >= 0 && fd < fds_max) of_fd[fd] = 0;
    const int done = real_close(fd);
    pthread_mutex_unlock(&lock);
    return done;
}

static int file_of(int fd) { return trace >= 0 && fd >= 0 && fd < fds_max ? of_fd[fd] : 0; }

ssize_t write(int fd, const void *bytes, size_t size) {
    if (file_of(fd) <= 0) return real_write(fd, bytes, size);
    pthread_mutex_lock(&lock);
    const int file = of_fd[fd];
    const ssize_t done = real_write(fd, bytes, size);
    // Where it ended is right for files that are appended to as well.
    const off_t end = lseek(fd, 0, SEEK_CUR);
    if (done > 0 && file > 0) note(kind_write, file, (uint64_t)(end - done), bytes, (size_t)done);
    pthread_mutex_unlock(&lock);
    return done;
}

static ssize_t written_at(int fd, const void *bytes, size_t size, off_t offset) {
    if (file_of(fd) <= 0) return real_pwrite(fd, bytes, size, offset);
    pthread_mutex_lock(&lock);
    const ssize_t done = real_pwrite(fd, bytes, size, offset);
    if (done > 0) note(kind_write, of_fd[fd], (uint64_t)offset, bytes, (size_t)done);
    pthread_mutex_unlock(&lock);
    return done;
}
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) { return written_at(fd, b, n, at); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t at) { return written_at(fd, b, n, at); }

static int resized(int fd, off_t size) {
    if (file_of(fd) <= 0) return real_ftruncate(fd, size);
    pthread_mutex_lock(&lock);
    const int done = real_ftruncate(fd, size);
    if (done == 0) note(kind_resize, of_fd[fd], (uint64_t)size, NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}
int ftruncate(int fd, off_t size) { return resized(fd, size); }
int ftruncate64(int fd, off64_t size) { return resized(fd, size); }

static int synced(int fd, int (*sync_it)(int)) {
    if (file_of(fd) == 0) return sync_it(fd);
    pthread_mutex_lock(&lock);
    const int file = of_fd[fd];
    const int done = sync_it(fd);
    if (done == 0 && file == folder_mark) note(kind_folder, 0, 0, NULL, 0);
    if (done == 0 && file > 0) note(kind_sync, file, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}
int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

int rename(const char *from, const char *to) {
    pthread_mutex_lock(&lock);
    const char *old_name = name_in_folder(from);
    const char *new_name = name_in_folder(to);
    const int done = real_rename(from, to);
    if ((old_name == NULL) != (new_name == NULL)) give_up("a rename over the edge of the folder");
    if (done == 0 && old_name != NULL && new_name != NULL) {
        char both[2 * name_max];
        const size_t size = strlen(old_name) + 1;
        memcpy(both, old_name, size);
        memcpy(both + size, new_name, strlen(new_name));
        note(kind_rename, 0, 0, both, size + strlen(new_name));
    }
    pthread_mutex_unlock(&lock);
    return done;
}

int unlink(const char *path) {
    pthread_mutex_lock(&lock);
    const char *name = name_in_folder(path);
    const int done = real_unlink(path);
    if (done == 0 && name != NULL) note(kind_unlink, 0, 0, name, strlen(name));
    pthread_mutex_unlock(&lock);
    return done;
}

// For the program itself: what it acknowledged, at this place in the order of everything.
void homeward_recorder_mark(const char *bytes, size_t size) {
    pthread_mutex_lock(&lock);
    if (trace >= 0) note(kind_mark, 0, 0, bytes, size);
    pthread_mutex_unlock(&lock);
}
