#ifndef BASCULE_CLINUX_DISK_H
#define BASCULE_CLINUX_DISK_H

#include <stdint.h>

extern const int clinux_O_DIRECT, clinux_O_PATH;
extern const int clinux_FALLOC_KEEP_SIZE, clinux_FALLOC_PUNCH_HOLE, clinux_FALLOC_ZERO_RANGE;
extern const int clinux_RWF_DSYNC;

int clinux_device_size(int fd, uint64_t *bytes);
int clinux_logical_block_size(int fd, int *bytes);
int clinux_physical_block_size(int fd, unsigned *bytes);
int clinux_device_is_read_only(int fd, int *flag);
// BLKDISCARD and BLKZEROOUT: they block until the device has done it.
int clinux_discard(int fd, uint64_t offset, uint64_t length);
int clinux_zero_out(int fd, uint64_t offset, uint64_t length);
int clinux_fallocate(int fd, int mode, uint64_t offset, uint64_t length);
int clinux_flush_buffers(int fd);
// The alignment direct I/O needs on this file; 0 when the file-system does not tell.
int clinux_direct_alignment(int fd, uint32_t *memory, uint32_t *offset);

// Loop devices.
extern const uint32_t clinux_LO_FLAGS_READ_ONLY, clinux_LO_FLAGS_AUTOCLEAR, clinux_LO_FLAGS_DIRECT_IO;
int clinux_loop_get_free(int control);
int clinux_loop_configure(
    int loop, int backing, uint64_t offset, uint64_t size_limit, uint32_t block_size, uint32_t flags, const char *name);
int clinux_loop_clear(int loop);
int clinux_loop_flags(int loop, uint32_t *flags);

// Hardware watchdog.
int clinux_watchdog_set_timeout(int fd, int *seconds);
int clinux_watchdog_get_timeout(int fd, int *seconds);
int clinux_watchdog_identity(int fd, char name[33]);

#endif
