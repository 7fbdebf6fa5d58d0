#define _GNU_SOURCE
#include "CMediaSockets.h"

#include <errno.h>
#include <stdlib.h>

struct cms_receiver {
    int datagrams;
    int bytes_each;
    uint8_t *bytes;
    struct mmsghdr *messages;
    struct iovec *vectors;
    cms_address *addresses;
};

cms_receiver *cms_receiver_new(int datagrams, int bytes_each) {
    cms_receiver *receiver = calloc(1, sizeof *receiver);
    receiver->datagrams = datagrams;
    receiver->bytes_each = bytes_each;
    receiver->bytes = aligned_alloc(64, (size_t)datagrams * (size_t)bytes_each);
    receiver->messages = calloc((size_t)datagrams, sizeof *receiver->messages);
    receiver->vectors = calloc((size_t)datagrams, sizeof *receiver->vectors);
    receiver->addresses = calloc((size_t)datagrams, sizeof *receiver->addresses);
    for (int i = 0; i < datagrams; i++) {
        receiver->vectors[i].iov_base = receiver->bytes + (size_t)i * (size_t)bytes_each;
        receiver->vectors[i].iov_len = (size_t)bytes_each;
        struct msghdr *header = &receiver->messages[i].msg_hdr;
        header->msg_iov = &receiver->vectors[i];
        header->msg_iovlen = 1;
        header->msg_name = &receiver->addresses[i].base;
    }
    return receiver;
}

void cms_receiver_free(cms_receiver *receiver) {
    free(receiver->bytes);
    free(receiver->messages);
    free(receiver->vectors);
    free(receiver->addresses);
    free(receiver);
}

int cms_receive(cms_receiver *receiver, int fd) {
    for (int i = 0; i < receiver->datagrams; i++)
        receiver->messages[i].msg_hdr.msg_namelen = sizeof receiver->addresses[i].v6;
    int count = recvmmsg(fd, receiver->messages, (unsigned)receiver->datagrams, MSG_DONTWAIT, NULL);
    return count < 0 ? -errno : count;
}

uint8_t *cms_received_bytes(cms_receiver *receiver, int datagram) {
    return receiver->vectors[datagram].iov_base;
}

int cms_received_length(cms_receiver *receiver, int datagram) {
    // What was too long for its slot is nothing that we take.
    if (receiver->messages[datagram].msg_hdr.msg_flags & MSG_TRUNC) return 0;
    return (int)receiver->messages[datagram].msg_len;
}

const cms_address *cms_received_from(cms_receiver *receiver, int datagram) {
    receiver->addresses[datagram].length = receiver->messages[datagram].msg_hdr.msg_namelen;
    return &receiver->addresses[datagram];
}
