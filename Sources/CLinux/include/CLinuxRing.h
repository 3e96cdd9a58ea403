// A small io_uring: set-up, submission, reaping. Used by one thread. See io_uring(7) for the memory ordering.
#ifndef BASCULE_CLINUX_RING_H
#define BASCULE_CLINUX_RING_H

#include <stdbool.h>
#include <stdint.h>

struct clinux_ring {
    int fd;
    unsigned entry_bytes;                  // 64, or 128 for rings that carry long commands
    unsigned *sq_head, *sq_tail, *sq_flags, sq_mask, sq_entries;
    unsigned sq_local_tail;                // prepared, perhaps not yet published
    unsigned *cq_head, *cq_tail, cq_mask;
    void *sqes, *cqes, *rings;
    uint64_t sqes_bytes, rings_bytes;
};

struct clinux_completion {
    uint64_t tag;
    int32_t result;
};

int clinux_ring_create(struct clinux_ring *ring, unsigned entries, bool long_entries);
void clinux_ring_destroy(struct clinux_ring *ring);
int clinux_ring_signal_eventfd(struct clinux_ring *ring, int eventfd);

// Each prepares one entry; false where the submission queue is full (submit, then repeat).
bool clinux_ring_read(struct clinux_ring *ring, int fd, void *bytes, uint32_t count, uint64_t offset, uint64_t tag);
bool clinux_ring_write(
    struct clinux_ring *ring, int fd, const void *bytes, uint32_t count, uint64_t offset, int flags, uint64_t tag);
bool clinux_ring_sync(struct clinux_ring *ring, int fd, bool data_only, uint64_t tag);
bool clinux_ring_allocate(
    struct clinux_ring *ring, int fd, int mode, uint64_t offset, uint64_t length, uint64_t tag);
// A driver's own command (ublk). `payload` is copied: at most 16 bytes, or 80 on a ring of long entries.
bool clinux_ring_command(
    struct clinux_ring *ring, int fd, uint32_t operation, const void *payload, unsigned count, uint64_t tag);
bool clinux_ring_cancel(struct clinux_ring *ring, uint64_t target, uint64_t tag);
bool clinux_ring_nop(struct clinux_ring *ring, uint64_t tag);

// Hands everything prepared to the kernel and waits until `wait_for` completions are there.
// Returns the number of entries taken.
int clinux_ring_submit(struct clinux_ring *ring, unsigned wait_for);
// Entries prepared and not yet taken by the kernel.
unsigned clinux_ring_pending(const struct clinux_ring *ring);
// Takes up to `limit` completions out of the ring.
unsigned clinux_ring_reap(struct clinux_ring *ring, struct clinux_completion *into, unsigned limit);
// Whether the kernel holds completions back because the ring was full; a submit brings them.
bool clinux_ring_overflowed(const struct clinux_ring *ring);

#endif
