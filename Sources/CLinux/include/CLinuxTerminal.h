#ifndef BASCULE_CLINUX_TERMINAL_H
#define BASCULE_CLINUX_TERMINAL_H

int clinux_terminal_exclusive(int fd);
int clinux_terminal_output_queue(int fd, int *bytes);
int clinux_terminal_modem_lines(int fd, int *lines);
int clinux_terminal_raise_lines(int fd, int lines);
int clinux_terminal_drop_lines(int fd, int lines);
// The path of the other end of a pseudo-terminal.
int clinux_terminal_name(int fd, char *path, unsigned long size);

#endif
