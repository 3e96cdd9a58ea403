#ifndef BASCULE_CLINUX_TERMINAL_H
#define BASCULE_CLINUX_TERMINAL_H

int clinux_terminal_exclusive(int fd);
int clinux_terminal_output_queue(int fd, int *bytes);
int clinux_terminal_modem_lines(int fd, int *lines);
int clinux_terminal_raise_lines(int fd, int lines);
int clinux_terminal_drop_lines(int fd, int lines);
// A new pseudo-terminal, non-blocking, and the path of its other end.
int clinux_terminal_make_pair(char *path, unsigned long size);

#endif
