#ifndef BASCULE_CLINUX_MACHINE_H
#define BASCULE_CLINUX_MACHINE_H

#include <stddef.h>

// Restarts the machine at once, without writing anything back; in a PID namespace of its own, ends that namespace
// (reboot(2)). Returns only where it is not allowed.
int clinux_reset_machine(void);
// The stack of threads that are started from now on. Returns an error number, as pthreads do.
int clinux_set_default_stack(size_t bytes);

#endif
