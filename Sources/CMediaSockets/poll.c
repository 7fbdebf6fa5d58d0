#define _GNU_SOURCE
#include "CMediaSockets.h"

#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

void cms_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

uint64_t cms_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

int cms_poll_new(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int control(int poll, int operation, int fd, uint64_t token, int wants_write) {
    struct epoll_event event = {.events = EPOLLIN | (wants_write ? EPOLLOUT : 0)};
    event.data.u64 = token;
    return epoll_ctl(poll, operation, fd, &event) == 0 ? 0 : -errno;
}

int cms_poll_add(int poll, int fd, uint64_t token, int wants_write) {
    return control(poll, EPOLL_CTL_ADD, fd, token, wants_write);
}

int cms_poll_change(int poll, int fd, uint64_t token, int wants_write) {
    return control(poll, EPOLL_CTL_MOD, fd, token, wants_write);
}

void cms_poll_remove(int poll, int fd) { epoll_ctl(poll, EPOLL_CTL_DEL, fd, NULL); }

int cms_poll_wait(int poll, cms_ready *ready, int capacity, int64_t nanoseconds) {
    struct epoll_event events[64];
    if (capacity > 64) capacity = 64;
    struct timespec wait = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    int count = epoll_pwait2(poll, events, capacity, nanoseconds < 0 ? NULL : &wait, NULL);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        ready[i].token = events[i].data.u64;
        ready[i].events = 0;
        if (events[i].events & EPOLLIN) ready[i].events |= CMS_READABLE;
        if (events[i].events & EPOLLOUT) ready[i].events |= CMS_WRITABLE;
        if (events[i].events & (EPOLLERR | EPOLLHUP)) ready[i].events |= CMS_BROKEN;
    }
    return count;
}

int cms_event_new(void) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

void cms_event_signal(int event) {
    uint64_t one = 1;
    ssize_t written = write(event, &one, sizeof one);
    (void)written;
}

void cms_event_clear(int event) {
    uint64_t count;
    ssize_t got = read(event, &count, sizeof count);
    (void)got;
}
