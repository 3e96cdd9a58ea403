#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

int clinux_terminal_exclusive(int fd) { return ioctl(fd, TIOCEXCL); }
int clinux_terminal_output_queue(int fd, int *bytes) { return ioctl(fd, TIOCOUTQ, bytes); }
int clinux_terminal_modem_lines(int fd, int *lines) { return ioctl(fd, TIOCMGET, lines); }
int clinux_terminal_raise_lines(int fd, int lines) { return ioctl(fd, TIOCMBIS, &lines); }
int clinux_terminal_drop_lines(int fd, int lines) { return ioctl(fd, TIOCMBIC, &lines); }

int clinux_terminal_make_pair(char *path, unsigned long size) {
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -1;
    int error = 0;
    if (grantpt(fd) < 0 || unlockpt(fd) < 0) error = errno;
    if (!error) error = ptsname_r(fd, path, size);
    if (!error) return fd;
    close(fd);
    errno = error;
    return -1;
}
