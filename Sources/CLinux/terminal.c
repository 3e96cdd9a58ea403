#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>

int clinux_terminal_exclusive(int fd) { return ioctl(fd, TIOCEXCL); }
int clinux_terminal_output_queue(int fd, int *bytes) { return ioctl(fd, TIOCOUTQ, bytes); }
int clinux_terminal_modem_lines(int fd, int *lines) { return ioctl(fd, TIOCMGET, lines); }
int clinux_terminal_raise_lines(int fd, int lines) { return ioctl(fd, TIOCMBIS, &lines); }
int clinux_terminal_drop_lines(int fd, int lines) { return ioctl(fd, TIOCMBIC, &lines); }

int clinux_terminal_name(int fd, char *path, unsigned long size) {
    int error = ptsname_r(fd, path, size);
    if (error == 0) return 0;
    errno = error;
    return -1;
}
