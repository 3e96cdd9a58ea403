#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Puts `from` at `to` in the child, without close-on-exec. The sources were lifted above 2 before, so no step
// overwrites the source of a later one.
static int place(int from, int to) { return dup2(from, to) < 0 ? -1 : 0; }

// Runs in the child, on the parent's memory: only calls that change nothing but the child's kernel state.
static int become(const struct clinux_spawn *what, const int streams[3]) {
    // The bare call: libc's refuses the two signals it keeps for itself, which may be inherited ignored all the same.
    // The kernel's struct is all zero: default action, no flags, no restorer, empty mask.
    const unsigned long standard[8] = {0};
    for (int number = 1; number < NSIG; number++) {
        syscall(SYS_rt_sigaction, number, standard, NULL, 8); // fails for SIGKILL and SIGSTOP: nothing to reset there
    }
    struct sched_param ordinary = {.sched_priority = 0};
    if (setpgid(0, 0) < 0) return errno;
    if (sched_setscheduler(0, SCHED_OTHER, &ordinary) < 0) return errno;
    if (what->parent_death_signal && prctl(PR_SET_PDEATHSIG, what->parent_death_signal) < 0) return errno;
    for (int stream = 0; stream < 3; stream++) {
        if (place(streams[stream], stream) < 0) return errno;
    }
    if (close_range(3, ~0U, 0) < 0) return errno;
    if (what->directory && chdir(what->directory) < 0) return errno;
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) < 0) return errno;
    execve(what->path, what->arguments, what->environment);
    return errno;
}

pid_t clinux_spawn(const struct clinux_spawn *what) {
    int wanted[3] = {what->input, what->output, what->error};
    int streams[3] = {-1, -1, -1};
    volatile int failure = 0;
    pid_t child = -1;
    for (int stream = 0; stream < 3; stream++) {
        streams[stream] = fcntl(wanted[stream], F_DUPFD_CLOEXEC, 3);
        if (streams[stream] < 0) {
            failure = errno;
            goto done;
        }
    }
    // With every signal blocked no handler of ours can run in the child, which shares our memory until it executes.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    child = vfork();
    if (child == 0) {
        failure = become(what, streams);
        _exit(127);
    }
    if (child < 0) failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child > 0 && failure) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
        child = -1;
    }
done:
    for (int stream = 0; stream < 3; stream++) {
        if (streams[stream] >= 0) close(streams[stream]);
    }
    if (failure) errno = failure;
    return child;
}

int clinux_pidfd_open(pid_t process) { return pidfd_open(process, 0); }

int clinux_pidfd_reap(int pidfd, int *code) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) < 0) return -1;
    if (info.si_pid == 0) return 0;
    *code = info.si_status;
    return info.si_code == CLD_EXITED ? 1 : 2;
}

const int clinux_CLONE_NEWNET = CLONE_NEWNET, clinux_CLONE_NEWNS = CLONE_NEWNS, clinux_CLONE_NEWUTS = CLONE_NEWUTS,
          clinux_CLONE_NEWPID = CLONE_NEWPID, clinux_CLONE_NEWIPC = CLONE_NEWIPC;

int clinux_unshare(int namespaces) { return unshare(namespaces); }
int clinux_setns(int descriptor, int kind) { return setns(descriptor, kind); }
int clinux_set_name(const char *name) { return prctl(PR_SET_NAME, name); }
int clinux_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal); }
pid_t clinux_thread_id(void) { return (pid_t)syscall(SYS_gettid); }

int clinux_set_realtime(int priority) {
    struct sched_param parameters = {.sched_priority = priority};
    return sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &parameters);
}

void clinux_return_large_blocks(void) {
    // Setting a threshold also stops glibc from raising it with every large block that is freed.
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
}

void clinux_trim_heap(size_t unused) {
    if (mallinfo2().fordblks > unused) malloc_trim(0);
}
