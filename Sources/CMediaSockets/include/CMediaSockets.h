#pragma once
// Batched datagrams for the media plane: Swift never sees struct mmsghdr.
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

// An address as the kernel takes it.
typedef struct {
    union {
        struct sockaddr base;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
    socklen_t length;
} cms_address;

// `bytes`: 4 or 16 of them, in network order; `port` in host order.
cms_address cms_address_make(const uint8_t *bytes, int is_v6, uint16_t port);

// A non-blocking-receive UDP socket bound to an address; its port if 0 was asked for. Returns a descriptor or -errno.
// The kernel's buffers are asked for in full, beyond its own limit where the process may.
int cms_udp_open(const cms_address *address, int send_bytes, int receive_bytes);
// A listening TCP socket. Returns a descriptor or -errno.
int cms_tcp_listen(const cms_address *address, int backlog);
// A connection, its peer's address in `from`. Returns a descriptor or -errno.
int cms_tcp_accept(int listener, cms_address *from);
// The local port of a socket, or -errno.
int cms_local_port(int fd);

// One address of an interface that is up.
typedef struct {
    uint8_t bytes[16];
    int is_v6;
    int is_loopback;
} cms_interface;
// Addresses that others may reach: none of a link's own. Returns how many were found.
int cms_interfaces(cms_interface *found, int capacity);

// Reads from a connection without waiting. Returns how many bytes, 0 at its end, or -errno.
long cms_tcp_read(int fd, uint8_t *bytes, size_t capacity);
// Writes to a connection without waiting. Returns how many bytes, or -errno.
long cms_tcp_write(int fd, const uint8_t *bytes, size_t count);
void cms_close(int fd);

// A batch of received datagrams.
typedef struct cms_receiver cms_receiver;
cms_receiver *cms_receiver_new(int datagrams, int bytes_each);
void cms_receiver_free(cms_receiver *receiver);
// Reads what is there without waiting. Returns how many came, or -errno.
int cms_receive(cms_receiver *receiver, int fd);
uint8_t *cms_received_bytes(cms_receiver *receiver, int datagram);
int cms_received_length(cms_receiver *receiver, int datagram);
const cms_address *cms_received_from(cms_receiver *receiver, int datagram);

// A batch of datagrams to send, each in a stretch of one arena.
typedef struct cms_sender cms_sender;
cms_sender *cms_sender_new(int messages, size_t arena_bytes);
void cms_sender_free(cms_sender *sender);
uint8_t *cms_sender_arena(cms_sender *sender);
// Adds a message of `length` bytes at `offset`, to be cut into datagrams of `segment` bytes (UDP_SEGMENT); 0 sends it whole.
void cms_sender_add(cms_sender *sender, size_t offset, size_t length, uint16_t segment, const cms_address *to);
// Sends everything and empties the batch. A destination that the kernel refuses is skipped; where it will not cut, each
// datagram is sent by itself. Returns the number of messages that were not sent.
int cms_sender_flush(cms_sender *sender, int fd);

// Names the calling thread, at most 15 characters.
void cms_name_thread(const char *name);

// Monotonic time, nanoseconds.
uint64_t cms_now(void);

// Waiting for descriptors.
int cms_poll_new(void);
int cms_poll_add(int poll, int fd, uint64_t token, int wants_write);
int cms_poll_change(int poll, int fd, uint64_t token, int wants_write);
void cms_poll_remove(int poll, int fd);
enum { CMS_READABLE = 1, CMS_WRITABLE = 2, CMS_BROKEN = 4 };
typedef struct {
    uint64_t token;
    uint32_t events;
} cms_ready;
// Waits at most `nanoseconds` (negative: without end). Returns how many are ready.
int cms_poll_wait(int poll, cms_ready *ready, int capacity, int64_t nanoseconds);

// A counter that wakes a poll.
int cms_event_new(void);
void cms_event_signal(int event);
void cms_event_clear(int event);
