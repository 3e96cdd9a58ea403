#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/stat.h>
#include <linux/watchdog.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

const int clinux_O_DIRECT = O_DIRECT, clinux_O_PATH = O_PATH;
const int clinux_FALLOC_KEEP_SIZE = FALLOC_FL_KEEP_SIZE, clinux_FALLOC_PUNCH_HOLE = FALLOC_FL_PUNCH_HOLE,
          clinux_FALLOC_ZERO_RANGE = FALLOC_FL_ZERO_RANGE;
const int clinux_RWF_DSYNC = RWF_DSYNC;

int clinux_device_size(int fd, uint64_t *bytes) { return ioctl(fd, BLKGETSIZE64, bytes); }
int clinux_logical_block_size(int fd, int *bytes) { return ioctl(fd, BLKSSZGET, bytes); }
int clinux_physical_block_size(int fd, unsigned *bytes) { return ioctl(fd, BLKPBSZGET, bytes); }
int clinux_device_is_read_only(int fd, int *flag) { return ioctl(fd, BLKROGET, flag); }
int clinux_flush_buffers(int fd) { return ioctl(fd, BLKFLSBUF, 0); }

int clinux_fallocate(int fd, int mode, uint64_t offset, uint64_t length) {
    return fallocate(fd, mode, (off_t)offset, (off_t)length);
}

int clinux_discard(int fd, uint64_t offset, uint64_t length) {
    uint64_t range[2] = {offset, length};
    return ioctl(fd, BLKDISCARD, range);
}

int clinux_zero_out(int fd, uint64_t offset, uint64_t length) {
    uint64_t range[2] = {offset, length};
    return ioctl(fd, BLKZEROOUT, range);
}

int clinux_direct_alignment(int fd, uint32_t *memory, uint32_t *offset) {
    struct statx facts;
    memset(&facts, 0, sizeof facts);
    *memory = *offset = 0;
    if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_DIOALIGN, &facts) < 0) return -1;
    if (facts.stx_mask & STATX_DIOALIGN) {
        *memory = facts.stx_dio_mem_align;
        *offset = facts.stx_dio_offset_align;
    }
    return 0;
}

const uint32_t clinux_LO_FLAGS_READ_ONLY = LO_FLAGS_READ_ONLY, clinux_LO_FLAGS_AUTOCLEAR = LO_FLAGS_AUTOCLEAR,
               clinux_LO_FLAGS_DIRECT_IO = LO_FLAGS_DIRECT_IO;

int clinux_loop_get_free(int control) { return ioctl(control, LOOP_CTL_GET_FREE); }
int clinux_loop_clear(int loop) { return ioctl(loop, LOOP_CLR_FD, 0); }

int clinux_loop_configure(
    int loop, int backing, uint64_t offset, uint64_t size_limit, uint32_t block_size, uint32_t flags, const char *name) {
    struct loop_config wanted;
    memset(&wanted, 0, sizeof wanted);
    wanted.fd = (uint32_t)backing;
    wanted.block_size = block_size;
    wanted.info.lo_offset = offset;
    wanted.info.lo_sizelimit = size_limit;
    wanted.info.lo_flags = flags;
    strncpy((char *)wanted.info.lo_file_name, name, LO_NAME_SIZE - 1);
    return ioctl(loop, LOOP_CONFIGURE, &wanted);
}

int clinux_loop_flags(int loop, uint32_t *flags) {
    struct loop_info64 info;
    if (ioctl(loop, LOOP_GET_STATUS64, &info) < 0) return -1;
    *flags = info.lo_flags;
    return 0;
}

int clinux_watchdog_set_timeout(int fd, int *seconds) { return ioctl(fd, WDIOC_SETTIMEOUT, seconds); }
int clinux_watchdog_get_timeout(int fd, int *seconds) { return ioctl(fd, WDIOC_GETTIMEOUT, seconds); }

int clinux_watchdog_identity(int fd, char name[33]) {
    struct watchdog_info info;
    memset(&info, 0, sizeof info);
    if (ioctl(fd, WDIOC_GETSUPPORT, &info) < 0) return -1;
    memcpy(name, info.identity, sizeof info.identity);
    name[32] = 0;
    return 0;
}
