#define _GNU_SOURCE
#include "CMediaSockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

cms_address cms_address_make(const uint8_t *bytes, int is_v6, uint16_t port) {
    cms_address address;
    memset(&address, 0, sizeof address);
    if (is_v6) {
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_port = htons(port);
        memcpy(&address.v6.sin6_addr, bytes, 16);
        address.length = sizeof address.v6;
    } else {
        address.v4.sin_family = AF_INET;
        address.v4.sin_port = htons(port);
        memcpy(&address.v4.sin_addr, bytes, 4);
        address.length = sizeof address.v4;
    }
    return address;
}

static int fail(int fd) {
    int error = errno;
    close(fd);
    return -error;
}

int cms_udp_open(const cms_address *address, int send_bytes, int receive_bytes) {
    int fd = socket(address->base.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    int one = 1;
    if (address->base.sa_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &send_bytes, sizeof send_bytes) != 0)
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof send_bytes);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_bytes, sizeof receive_bytes) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    if (bind(fd, &address->base, address->length) != 0) return fail(fd);
    return fd;
}

int cms_tcp_listen(const cms_address *address, int backlog) {
    int fd = socket(address->base.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (address->base.sa_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, &address->base, address->length) != 0) return fail(fd);
    if (listen(fd, backlog) != 0) return fail(fd);
    return fd;
}

int cms_tcp_accept(int listener, cms_address *from) {
    from->length = sizeof from->v6;
    int fd = accept4(listener, &from->base, &from->length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return -errno;
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

int cms_local_port(int fd) {
    cms_address address;
    address.length = sizeof address.v6;
    if (getsockname(fd, &address.base, &address.length) != 0) return -errno;
    return ntohs(address.base.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

int cms_interfaces(cms_interface *found, int capacity) {
    struct ifaddrs *all;
    if (getifaddrs(&all) != 0) return 0;
    int count = 0;
    for (struct ifaddrs *one = all; one != NULL && count < capacity; one = one->ifa_next) {
        if (one->ifa_addr == NULL || !(one->ifa_flags & IFF_UP)) continue;
        cms_interface *entry = &found[count];
        entry->is_loopback = (one->ifa_flags & IFF_LOOPBACK) != 0;
        if (one->ifa_addr->sa_family == AF_INET) {
            entry->is_v6 = 0;
            memcpy(entry->bytes, &((struct sockaddr_in *)one->ifa_addr)->sin_addr, 4);
            if (entry->bytes[0] == 169 && entry->bytes[1] == 254) continue;
            count++;
        } else if (one->ifa_addr->sa_family == AF_INET6) {
            const struct in6_addr *address = &((struct sockaddr_in6 *)one->ifa_addr)->sin6_addr;
            if (IN6_IS_ADDR_LINKLOCAL(address)) continue;
            entry->is_v6 = 1;
            memcpy(entry->bytes, address, 16);
            count++;
        }
    }
    freeifaddrs(all);
    return count;
}

long cms_tcp_read(int fd, uint8_t *bytes, size_t capacity) {
    ssize_t count = recv(fd, bytes, capacity, MSG_DONTWAIT);
    return count < 0 ? -errno : count;
}

long cms_tcp_write(int fd, const uint8_t *bytes, size_t count) {
    ssize_t written = send(fd, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    return written < 0 ? -errno : written;
}

void cms_close(int fd) { close(fd); }
