#ifndef BASCULE_CLINUX_SOCKET_H
#define BASCULE_CLINUX_SOCKET_H

#include <linux/if_packet.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

extern const int clinux_ETH_P_ARP, clinux_ETH_P_IPV6, clinux_ETH_P_IP;

// accept4, non-blocking and close-on-exec.
int clinux_accept(int fd, struct sockaddr *address, socklen_t *length);
int clinux_peer_credentials(int fd, pid_t *process, uid_t *user, gid_t *group);
// Bytes written to a stream socket that the peer has not acknowledged.
int clinux_unacknowledged(int fd, int *bytes);
// Lets only ICMP(v6) echo replies through a raw socket.
int clinux_filter_echo_replies(int fd, int family);
// Lets only neighbour solicitations and advertisements through a packet socket bound to ETH_P_IPV6.
int clinux_filter_neighbour_discovery(int fd);
// Flags of an interface (IFF_UP, IFF_RUNNING, …), its broadcast address and its hardware address (6 bytes).
int clinux_interface_flags(int fd, const char *name, short *flags);
int clinux_interface_broadcast(int fd, const char *name, uint8_t address[4]);
int clinux_interface_hardware_address(int fd, const char *name, uint8_t address[6]);
// Whether the driver sees a signal on the cable, at once: the flags follow up to a second later.
int clinux_interface_link(int fd, const char *name, bool *is_there);
int clinux_interface_bring_up(int fd, const char *name);

#endif
