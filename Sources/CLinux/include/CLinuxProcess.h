#ifndef BASCULE_CLINUX_PROCESS_H
#define BASCULE_CLINUX_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// What to start. Descriptors 0, 1 and 2 of the child are copies of `input`, `output`, `error`;
// all others are closed. `directory` may be NULL. `parent_death_signal` 0 is none; it follows the *thread* that starts.
struct clinux_spawn {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *directory;
    int input, output, error;
    int parent_death_signal;
};

// Starts the program in a process group of its own, with every signal at its default, nothing blocked, and the ordinary
// scheduler. Returns the process id, or -1 with errno as the failing step (chdir, execve, …) left it.
pid_t clinux_spawn(const struct clinux_spawn *what);
// A descriptor that becomes readable when the process ends.
int clinux_pidfd_open(pid_t process);
// Reaps the process behind the pidfd without waiting. 1: it exited (`*code`); 2: a signal killed it (`*code`);
// 0: still running; -1: error.
int clinux_pidfd_reap(int pidfd, int *code);

extern const int clinux_CLONE_NEWNET, clinux_CLONE_NEWNS, clinux_CLONE_NEWUTS, clinux_CLONE_NEWPID, clinux_CLONE_NEWIPC;
int clinux_unshare(int namespaces);
int clinux_setns(int descriptor, int kind);

int clinux_set_name(const char *name);
// Has glibc give large blocks back to the kernel when they are freed (mallopt(3)).
void clinux_return_large_blocks(void);
// Gives unused memory of the heap back to the kernel where it is more than so many bytes (malloc_trim(3)).
void clinux_trim_heap(size_t unused);
// SCHED_RR that children do not inherit.
int clinux_set_realtime(int priority);
int clinux_set_parent_death_signal(int signal);
pid_t clinux_thread_id(void);

#endif
