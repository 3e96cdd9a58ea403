// The kernel calls and constants that Swift's Glibc module cannot see: namespaces, io_uring,
// variadic or macro-built ioctls. One shim a call; no logic.
#ifndef BASCULE_CLINUX_H
#define BASCULE_CLINUX_H

#include <stdint.h>

#endif
