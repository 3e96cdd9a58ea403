// The kernel calls and constants that Swift's Glibc module cannot see: namespaces, io_uring,
// variadic or macro-built ioctls. One shim a call; no logic beyond what the call needs.
//
// Every function returns what the kernel call returns: -1 with errno set on failure.
#ifndef BASCULE_CLINUX_H
#define BASCULE_CLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include "CLinuxDisk.h"
#include "CLinuxMachine.h"
#include "CLinuxProcess.h"
#include "CLinuxRing.h"
#include "CLinuxSocket.h"
#include "CLinuxTerminal.h"

// Plain words for an errno, never NULL; the string lives for ever and is safe from any thread.
const char *clinux_error_text(int error);
// Close-on-exec, non-blocking pipe.
int clinux_pipe(int ends[2]);
// Fills memory from the kernel's random source.
ssize_t clinux_random(void *bytes, size_t count);

#endif
