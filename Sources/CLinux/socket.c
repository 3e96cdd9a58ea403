#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

const int clinux_ETH_P_ARP = ETH_P_ARP, clinux_ETH_P_IPV6 = ETH_P_IPV6, clinux_ETH_P_IP = ETH_P_IP;

int clinux_accept(int fd, struct sockaddr *address, socklen_t *length) {
    return accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int clinux_peer_credentials(int fd, pid_t *process, uid_t *user, gid_t *group) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return -1;
    *process = peer.pid;
    *user = peer.uid;
    *group = peer.gid;
    return 0;
}

int clinux_unacknowledged(int fd, int *bytes) { return ioctl(fd, SIOCOUTQ, bytes); }

int clinux_filter_echo_replies(int fd, int family) {
    if (family == AF_INET6) {
        struct icmp6_filter filter;
        ICMP6_FILTER_SETBLOCKALL(&filter);
        ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
        return setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
    }
    // struct icmp_filter and ICMP_FILTER of <linux/icmp.h>, which cannot be included beside <net/if.h>.
    const uint32_t all_but_echo_reply = ~(1U << 0);
    const int icmp_filter = 1;
    return setsockopt(fd, SOL_RAW, icmp_filter, &all_but_echo_reply, sizeof all_but_echo_reply);
}

int clinux_filter_neighbour_discovery(int fd) {
    // Offsets count from the Ethernet header: next header at 14 + 6, ICMPv6 type at 14 + 40.
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 0, 4),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 54),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ND_NEIGHBOR_SOLICIT, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ND_NEIGHBOR_ADVERT, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xffff),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

static int ask(int fd, unsigned long request, const char *name, struct ifreq *answer) {
    memset(answer, 0, sizeof *answer);
    if (strlen(name) >= IFNAMSIZ) {
        errno = ENODEV;
        return -1;
    }
    strcpy(answer->ifr_name, name);
    return ioctl(fd, request, answer);
}

int clinux_interface_flags(int fd, const char *name, short *flags) {
    struct ifreq answer;
    if (ask(fd, SIOCGIFFLAGS, name, &answer) < 0) return -1;
    *flags = answer.ifr_flags;
    return 0;
}

int clinux_interface_broadcast(int fd, const char *name, uint8_t address[4]) {
    struct ifreq answer;
    if (ask(fd, SIOCGIFBRDADDR, name, &answer) < 0) return -1;
    memcpy(address, &((struct sockaddr_in *)&answer.ifr_broadaddr)->sin_addr, 4);
    return 0;
}

int clinux_interface_hardware_address(int fd, const char *name, uint8_t address[6]) {
    struct ifreq answer;
    if (ask(fd, SIOCGIFHWADDR, name, &answer) < 0) return -1;
    memcpy(address, answer.ifr_hwaddr.sa_data, 6);
    return 0;
}

int clinux_interface_link(int fd, const char *name, bool *is_there) {
    struct ethtool_value value = {.cmd = ETHTOOL_GLINK};
    struct ifreq request;
    memset(&request, 0, sizeof request);
    if (strlen(name) >= IFNAMSIZ) {
        errno = ENODEV;
        return -1;
    }
    strcpy(request.ifr_name, name);
    request.ifr_data = (char *)&value;
    if (ioctl(fd, SIOCETHTOOL, &request) < 0) return -1;
    *is_there = value.data != 0;
    return 0;
}

int clinux_interface_bring_up(int fd, const char *name) {
    struct ifreq answer;
    if (ask(fd, SIOCGIFFLAGS, name, &answer) < 0) return -1;
    answer.ifr_flags |= IFF_UP;
    return ioctl(fd, SIOCSIFFLAGS, &answer);
}
