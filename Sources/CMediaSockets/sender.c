#define _GNU_SOURCE
#include "CMediaSockets.h"

#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

typedef union {
    char bytes[CMSG_SPACE(sizeof(uint16_t))];
    struct cmsghdr align;
} control;

struct cms_sender {
    int capacity;
    int count;
    uint8_t *arena;
    struct mmsghdr *messages;
    struct iovec *vectors;
    cms_address *addresses;
    control *controls;
};

cms_sender *cms_sender_new(int messages, size_t arena_bytes) {
    cms_sender *sender = calloc(1, sizeof *sender);
    size_t count = (size_t)messages;
    sender->capacity = messages;
    sender->arena = aligned_alloc(64, (arena_bytes + 63) & ~(size_t)63);
    sender->messages = calloc(count, sizeof *sender->messages);
    sender->vectors = calloc(count, sizeof *sender->vectors);
    sender->addresses = calloc(count, sizeof *sender->addresses);
    sender->controls = calloc(count, sizeof *sender->controls);
    for (size_t i = 0; i < count; i++) {
        struct msghdr *header = &sender->messages[i].msg_hdr;
        header->msg_iov = &sender->vectors[i];
        header->msg_iovlen = 1;
        header->msg_name = &sender->addresses[i].base;
        struct cmsghdr *segment = &sender->controls[i].align;
        segment->cmsg_level = SOL_UDP;
        segment->cmsg_type = UDP_SEGMENT;
        segment->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    }
    return sender;
}

void cms_sender_free(cms_sender *sender) {
    free(sender->arena);
    free(sender->messages);
    free(sender->vectors);
    free(sender->addresses);
    free(sender->controls);
    free(sender);
}

uint8_t *cms_sender_arena(cms_sender *sender) { return sender->arena; }

void cms_sender_add(cms_sender *sender, size_t offset, size_t length, uint16_t segment, const cms_address *to) {
    if (sender->count == sender->capacity) return;
    int i = sender->count++;
    sender->vectors[i].iov_base = sender->arena + offset;
    sender->vectors[i].iov_len = length;
    sender->addresses[i] = *to;
    struct msghdr *header = &sender->messages[i].msg_hdr;
    header->msg_namelen = to->length;
    if (segment > 0 && segment < length) {
        memcpy(CMSG_DATA(&sender->controls[i].align), &segment, sizeof segment);
        header->msg_control = &sender->controls[i];
        header->msg_controllen = sizeof sender->controls[i];
    } else {
        header->msg_control = NULL;
        header->msg_controllen = 0;
    }
}

// Sends one message datagram by datagram; returns whether all of them went out.
static int send_apart(cms_sender *sender, int fd, int i) {
    struct msghdr *header = &sender->messages[i].msg_hdr;
    uint16_t segment;
    memcpy(&segment, CMSG_DATA(&sender->controls[i].align), sizeof segment);
    uint8_t *bytes = sender->vectors[i].iov_base;
    size_t left = sender->vectors[i].iov_len;
    int sent = 1;
    while (left > 0) {
        size_t length = left < segment ? left : segment;
        if (sendto(fd, bytes, length, 0, header->msg_name, header->msg_namelen) < 0) sent = 0;
        bytes += length;
        left -= length;
    }
    return sent;
}

int cms_sender_flush(cms_sender *sender, int fd) {
    int failed = 0;
    int next = 0;
    while (next < sender->count) {
        int sent = sendmmsg(fd, sender->messages + next, (unsigned)(sender->count - next), 0);
        if (sent > 0) {
            next += sent;
            continue;
        }
        if (errno == EINTR) continue;
        // The first of the rest was refused: by a path that does not cut, or for its destination.
        int cuts = sender->messages[next].msg_hdr.msg_control != NULL;
        if (!cuts || !send_apart(sender, fd, next)) failed++;
        next++;
    }
    sender->count = 0;
    return failed;
}
