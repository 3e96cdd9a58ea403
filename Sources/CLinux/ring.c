#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD_ACQUIRE(pointer) __atomic_load_n(pointer, __ATOMIC_ACQUIRE)
#define STORE_RELEASE(pointer, value) __atomic_store_n(pointer, value, __ATOMIC_RELEASE)

int clinux_ring_create(struct clinux_ring *ring, unsigned entries, bool long_entries) {
    struct io_uring_params parameters;
    memset(&parameters, 0, sizeof parameters);
    memset(ring, 0, sizeof *ring);
    if (long_entries) parameters.flags |= IORING_SETUP_SQE128;
    // One thread asks and reaps, and does so often: the kernel need not interrupt it for every completion (Linux 5.19).
    parameters.flags |= IORING_SETUP_COOP_TASKRUN;
    ring->fd = (int)syscall(SYS_io_uring_setup, entries, &parameters);
    if (ring->fd < 0 && errno == EINVAL) {
        parameters.flags &= ~(unsigned)IORING_SETUP_COOP_TASKRUN;
        ring->fd = (int)syscall(SYS_io_uring_setup, entries, &parameters);
    }
    if (ring->fd < 0) return -1;
    if (!(parameters.features & IORING_FEAT_SINGLE_MMAP) || !(parameters.features & IORING_FEAT_NODROP)) {
        close(ring->fd);
        errno = ENOSYS;
        return -1;
    }

    uint64_t sq_bytes = parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned);
    uint64_t cq_bytes = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
    ring->rings_bytes = sq_bytes > cq_bytes ? sq_bytes : cq_bytes;
    ring->entry_bytes = long_entries ? 128 : 64;
    ring->sqes_bytes = (uint64_t)parameters.sq_entries * ring->entry_bytes;
    int protection = PROT_READ | PROT_WRITE, flags = MAP_SHARED | MAP_POPULATE;
    ring->rings = mmap(NULL, ring->rings_bytes, protection, flags, ring->fd, IORING_OFF_SQ_RING);
    ring->sqes = mmap(NULL, ring->sqes_bytes, protection, flags, ring->fd, IORING_OFF_SQES);
    if (ring->rings == MAP_FAILED || ring->sqes == MAP_FAILED) {
        int error = errno;
        clinux_ring_destroy(ring);
        errno = error;
        return -1;
    }

    char *base = ring->rings;
    ring->sq_head = (unsigned *)(base + parameters.sq_off.head);
    ring->sq_tail = (unsigned *)(base + parameters.sq_off.tail);
    ring->sq_flags = (unsigned *)(base + parameters.sq_off.flags);
    ring->sq_mask = *(unsigned *)(base + parameters.sq_off.ring_mask);
    ring->sq_entries = parameters.sq_entries;
    ring->sq_local_tail = *ring->sq_tail;
    ring->cq_head = (unsigned *)(base + parameters.cq_off.head);
    ring->cq_tail = (unsigned *)(base + parameters.cq_off.tail);
    ring->cq_mask = *(unsigned *)(base + parameters.cq_off.ring_mask);
    ring->cqes = base + parameters.cq_off.cqes;
    // Entry n of the index array always names entry n: submission order is preparation order.
    unsigned *array = (unsigned *)(base + parameters.sq_off.array);
    for (unsigned index = 0; index < parameters.sq_entries; index++) array[index] = index;
    return 0;
}

void clinux_ring_destroy(struct clinux_ring *ring) {
    if (ring->rings && ring->rings != MAP_FAILED) munmap(ring->rings, ring->rings_bytes);
    if (ring->sqes && ring->sqes != MAP_FAILED) munmap(ring->sqes, ring->sqes_bytes);
    close(ring->fd);
    ring->fd = -1;
}

int clinux_ring_signal_eventfd(struct clinux_ring *ring, int eventfd) {
    return (int)syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_EVENTFD, &eventfd, 1);
}

unsigned clinux_ring_pending(const struct clinux_ring *ring) {
    return ring->sq_local_tail - LOAD_ACQUIRE(ring->sq_head);
}

static struct io_uring_sqe *next(struct clinux_ring *ring, unsigned char operation, int fd, uint64_t tag) {
    if (clinux_ring_pending(ring) >= ring->sq_entries) return NULL;
    struct io_uring_sqe *entry =
        (struct io_uring_sqe *)((char *)ring->sqes + (uint64_t)(ring->sq_local_tail & ring->sq_mask) * ring->entry_bytes);
    memset(entry, 0, ring->entry_bytes);
    entry->opcode = operation;
    entry->fd = fd;
    entry->user_data = tag;
    ring->sq_local_tail++;
    return entry;
}

bool clinux_ring_read(struct clinux_ring *ring, int fd, void *bytes, uint32_t count, uint64_t offset, uint64_t tag) {
    struct io_uring_sqe *entry = next(ring, IORING_OP_READ, fd, tag);
    if (!entry) return false;
    entry->addr = (uintptr_t)bytes;
    entry->len = count;
    entry->off = offset;
    return true;
}

bool clinux_ring_write(
    struct clinux_ring *ring, int fd, const void *bytes, uint32_t count, uint64_t offset, int flags, uint64_t tag) {
    struct io_uring_sqe *entry = next(ring, IORING_OP_WRITE, fd, tag);
    if (!entry) return false;
    entry->addr = (uintptr_t)bytes;
    entry->len = count;
    entry->off = offset;
    entry->rw_flags = (uint32_t)flags;
    return true;
}

bool clinux_ring_sync(struct clinux_ring *ring, int fd, bool data_only, uint64_t tag) {
    struct io_uring_sqe *entry = next(ring, IORING_OP_FSYNC, fd, tag);
    if (!entry) return false;
    entry->fsync_flags = data_only ? IORING_FSYNC_DATASYNC : 0;
    return true;
}

bool clinux_ring_allocate(
    struct clinux_ring *ring, int fd, int mode, uint64_t offset, uint64_t length, uint64_t tag) {
    struct io_uring_sqe *entry = next(ring, IORING_OP_FALLOCATE, fd, tag);
    if (!entry) return false;
    entry->off = offset;
    entry->addr = length; // the kernel takes the length here and the mode in `len`
    entry->len = (uint32_t)mode;
    return true;
}

bool clinux_ring_command(
    struct clinux_ring *ring, int fd, uint32_t operation, const void *payload, unsigned count, uint64_t tag) {
    unsigned room = ring->entry_bytes == 128 ? 80 : 16;
    if (count > room) __builtin_trap(); // our own bug: the payload would run into the next entry
    struct io_uring_sqe *entry = next(ring, IORING_OP_URING_CMD, fd, tag);
    if (!entry) return false;
    entry->cmd_op = operation;
    memcpy(entry->cmd, payload, count);
    return true;
}

bool clinux_ring_cancel(struct clinux_ring *ring, uint64_t target, uint64_t tag) {
    struct io_uring_sqe *entry = next(ring, IORING_OP_ASYNC_CANCEL, -1, tag);
    if (!entry) return false;
    entry->addr = target;
    return true;
}

bool clinux_ring_nop(struct clinux_ring *ring, uint64_t tag) { return next(ring, IORING_OP_NOP, -1, tag) != NULL; }

int clinux_ring_submit(struct clinux_ring *ring, unsigned wait_for) {
    STORE_RELEASE(ring->sq_tail, ring->sq_local_tail);
    unsigned flags = wait_for > 0 || clinux_ring_overflowed(ring) ? IORING_ENTER_GETEVENTS : 0;
    return (int)syscall(SYS_io_uring_enter, ring->fd, clinux_ring_pending(ring), wait_for, flags, NULL, 0);
}

bool clinux_ring_overflowed(const struct clinux_ring *ring) {
    return (LOAD_ACQUIRE(ring->sq_flags) & IORING_SQ_CQ_OVERFLOW) != 0;
}

unsigned clinux_ring_reap(struct clinux_ring *ring, struct clinux_completion *into, unsigned limit) {
    unsigned head = *ring->cq_head, tail = LOAD_ACQUIRE(ring->cq_tail), count = 0;
    const struct io_uring_cqe *cqes = ring->cqes;
    for (; head != tail && count < limit; head++, count++) {
        into[count].tag = cqes[head & ring->cq_mask].user_data;
        into[count].result = cqes[head & ring->cq_mask].res;
    }
    STORE_RELEASE(ring->cq_head, head);
    return count;
}
