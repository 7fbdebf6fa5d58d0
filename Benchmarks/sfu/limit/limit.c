/* What a machine's kernel and crypto allow an SFU on loopback: the bare loop, with nothing around it.
 *
 *     cc -O2 -o limit limit.c -lcrypto -luring
 *     ./limit [-n DESTINATIONS] [-k BURST] [-t SECONDS] [-r REPEATS] [-c CORE] [-p CORE] [-g] [-j] [MODE...]
 *
 * A sender on one core (-c) sends 1,200-byte datagrams to n sockets, which a child process drains on another (-p).
 * CPU-seconds are user and system time of the sender alone. On loopback its system time includes the way of a datagram
 * up to the receiver's queue. Only 127.0.0.1 is used.
 *
 * Modes:   sendto  connected  sendmmsg  gso  uring  uring-connected
 *          gcm+sendto, gcm+gso and so on: each datagram is encrypted first, as SRTP does it (RFC 7714), with one key
 *          for each destination
 *          gcm: the encryption alone
 *          recvfrom  recvmmsg  recvmmsg+gro: the cost of receiving what lies in the queue
 * With no mode, a table of them all. -k is how many packets of one destination lie ready: gso sends them as one
 * segmented datagram (UDP_SEGMENT), the others one by one. -g: receivers take UDP_GRO, which spares loopback the
 * segmentation. -j: JSON, one object for each mode.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <liburing.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <openssl/evp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum {
    PACKET_SIZE = 1200, /* on the wire: 12 bytes of header, 1,172 of payload, 16 of tag */
    HEADER_SIZE = 12,
    TAG_SIZE = 16,
    MAX_BURST = 54, /* as many as fit into one datagram of 64 KiB */
    RECEIVE_BATCH = 32,
    REPEATS_MAX = 99,
};

struct options {
    int destinations, burst, repeats, core, peer_core, with_gro, as_json;
    double seconds; /* CPU time of each run; wall time is bounded at six times that */
};

static struct options options = {
    .destinations = 100, .burst = 4, .repeats = 3, .core = 0, .peer_core = 1, .seconds = 1};

/* ---- small things ---- */

static void die(const char *what) {
    perror(what);
    exit(1);
}

static double cpu_seconds(void) {
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static double wall_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void pin(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    if (sched_setaffinity(0, sizeof set, &set))
        die("sched_setaffinity");
}

static void *allocate(size_t count, size_t size) {
    void *p = calloc(count, size);
    if (!p)
        die("calloc");
    return p;
}

/* A socket on a free port of 127.0.0.1. */
static int udp_socket(struct sockaddr_in *bound, int receive_buffer, int with_gro) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1, send_buffer = 8 << 20;
    if (fd < 0)
        die("socket");
    /* As root beyond the system's limit, else up to it. */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer))
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer, sizeof send_buffer))
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    if (with_gro && setsockopt(fd, SOL_UDP, UDP_GRO, &one, sizeof one))
        die("UDP_GRO");
    *bound = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof *bound;
    if (bind(fd, (struct sockaddr *)bound, length) || getsockname(fd, (struct sockaddr *)bound, &length))
        die("bind");
    return fd;
}

/* ---- the receiving child ---- */

struct receiver {
    pid_t child;
    int *fds;
    struct sockaddr_in *addresses;
};

static volatile uint64_t *drained; /* shared with the child */

static void drain_forever(const struct receiver *r) {
    static uint8_t buffers[RECEIVE_BATCH][65536];
    static uint8_t controls[RECEIVE_BATCH][64];
    struct mmsghdr messages[RECEIVE_BATCH];
    struct iovec vectors[RECEIVE_BATCH];
    struct epoll_event events[64];
    int epoll = epoll_create1(0);
    for (int i = 0; i < options.destinations; i++) {
        struct epoll_event e = {.events = EPOLLIN, .data.fd = r->fds[i]};
        epoll_ctl(epoll, EPOLL_CTL_ADD, r->fds[i], &e);
    }
    for (;;) {
        int ready = epoll_wait(epoll, events, 64, 1000);
        for (int k = 0; k < ready; k++) {
            for (int n = RECEIVE_BATCH; n == RECEIVE_BATCH;) {
                for (int i = 0; i < RECEIVE_BATCH; i++) {
                    vectors[i] = (struct iovec){buffers[i], sizeof buffers[i]};
                    messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i],
                                                               .msg_iovlen = 1,
                                                               .msg_control = controls[i],
                                                               .msg_controllen = sizeof controls[i]}};
                }
                n = recvmmsg(events[k].data.fd, messages, RECEIVE_BATCH, MSG_DONTWAIT, NULL);
                for (int i = 0; i < n; i++) /* With UDP_GRO a message holds several packets. */
                    *drained += (messages[i].msg_len + PACKET_SIZE - 1) / PACKET_SIZE;
            }
        }
    }
}

static struct receiver start_receiver(void) {
    int n = options.destinations;
    struct receiver r = {.fds = allocate((size_t)n, sizeof *r.fds), .addresses = allocate((size_t)n, sizeof *r.addresses)};
    for (int i = 0; i < n; i++)
        r.fds[i] = udp_socket(&r.addresses[i], 8 << 20, options.with_gro);
    *drained = 0;
    r.child = fork();
    if (r.child < 0)
        die("fork");
    if (r.child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        pin(options.peer_core);
        drain_forever(&r);
    }
    return r;
}

static void stop_receiver(struct receiver *r) {
    kill(r->child, SIGKILL);
    waitpid(r->child, NULL, 0);
    for (int i = 0; i < options.destinations; i++)
        close(r->fds[i]);
    free(r->fds);
    free(r->addresses);
}

/* ---- encryption ---- */

static EVP_CIPHER_CTX **contexts; /* one for each destination, keyed once */

static void make_contexts(void) {
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    contexts = allocate((size_t)options.destinations, sizeof *contexts);
    for (int i = 0; i < options.destinations; i++) {
        uint8_t key[16];
        memset(key, i + 1, sizeof key);
        contexts[i] = EVP_CIPHER_CTX_new();
        if (!cipher || !contexts[i] || !EVP_EncryptInit_ex(contexts[i], cipher, NULL, key, NULL))
            die("AES-128-GCM");
    }
}

/* Header as additional data, a nonce for each packet, payload, tag. */
static inline void protect(int destination, uint32_t sequence, const uint8_t *plain, uint8_t *out) {
    EVP_CIPHER_CTX *context = contexts[destination];
    uint8_t nonce[12] = {0};
    int length;
    memcpy(nonce + 8, &sequence, 4);
    memcpy(out, plain, HEADER_SIZE);
    out[2] = (uint8_t)(sequence >> 8);
    out[3] = (uint8_t)sequence;
    EVP_EncryptInit_ex(context, NULL, NULL, NULL, nonce);
    EVP_EncryptUpdate(context, NULL, &length, out, HEADER_SIZE);
    EVP_EncryptUpdate(context, out + HEADER_SIZE, &length, plain + HEADER_SIZE, PACKET_SIZE - HEADER_SIZE - TAG_SIZE);
    EVP_EncryptFinal_ex(context, out + HEADER_SIZE + length, &length);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, out + PACKET_SIZE - TAG_SIZE);
}

static double gcm_alone(void) {
    static uint8_t plain[PACKET_SIZE], out[PACKET_SIZE];
    uint32_t count = 0;
    double began = cpu_seconds();
    while (cpu_seconds() - began < options.seconds)
        for (int round = 0; round < 100; round++)
            for (int i = 0; i < options.destinations; i++)
                protect(i, count++, plain, out);
    return count / (cpu_seconds() - began);
}

/* ---- senders ---- */

enum sending { SENDTO, CONNECTED, SENDMMSG, GSO, URING, URING_CONNECTED };

struct sender {
    enum sending how;
    int fd;
    int *connected; /* for CONNECTED and URING_CONNECTED, one for each destination */
    int count;      /* of messages: one for each destination with GSO, else one for each packet */
    struct mmsghdr *messages;
    struct iovec *vectors;
    uint8_t *controls, *packets; /* packets: destination by destination, its burst contiguous */
    struct io_uring ring;
};

static uint8_t *packet_of(struct sender *s, int destination, int index) {
    return s->packets + ((size_t)destination * (size_t)options.burst + (size_t)index) * PACKET_SIZE;
}

static int is_connected(enum sending how) { return how == CONNECTED || how == URING_CONNECTED; }
static int is_uring(enum sending how) { return how == URING || how == URING_CONNECTED; }

static void set_message(struct sender *s, int at, struct sockaddr_in *to, uint8_t *bytes, size_t length) {
    s->vectors[at] = (struct iovec){bytes, length};
    s->messages[at].msg_hdr =
        (struct msghdr){.msg_name = to, .msg_namelen = sizeof *to, .msg_iov = &s->vectors[at], .msg_iovlen = 1};
}

static void set_segments(struct sender *s, int at) {
    struct msghdr *h = &s->messages[at].msg_hdr;
    h->msg_control = s->controls + (size_t)at * CMSG_SPACE(sizeof(uint16_t));
    h->msg_controllen = CMSG_SPACE(sizeof(uint16_t));
    struct cmsghdr *c = CMSG_FIRSTHDR(h);
    uint16_t size = PACKET_SIZE;
    c->cmsg_level = SOL_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof size);
    memcpy(CMSG_DATA(c), &size, sizeof size);
}

static void make_messages(struct sender *s, struct receiver *r, const uint8_t *plain) {
    int n = options.destinations, k = options.burst;
    s->count = s->how == GSO ? n : n * k;
    s->messages = allocate((size_t)s->count, sizeof *s->messages);
    s->vectors = allocate((size_t)s->count, sizeof *s->vectors);
    s->controls = allocate((size_t)n, CMSG_SPACE(sizeof(uint16_t)));
    s->packets = allocate((size_t)n * (size_t)k, PACKET_SIZE);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < k; j++)
            memcpy(packet_of(s, i, j), plain, PACKET_SIZE);
    if (s->how == GSO) {
        for (int i = 0; i < n; i++) {
            set_message(s, i, &r->addresses[i], packet_of(s, i, 0), (size_t)k * PACKET_SIZE);
            if (k > 1)
                set_segments(s, i);
        }
    } else {
        for (int j = 0; j < k; j++)
            for (int i = 0; i < n; i++)
                set_message(s, j * n + i, &r->addresses[i], packet_of(s, i, j), PACKET_SIZE);
    }
}

static void open_sockets(struct sender *s, struct receiver *r) {
    struct sockaddr_in own;
    s->fd = udp_socket(&own, 1 << 20, 0);
    if (is_connected(s->how)) {
        s->connected = allocate((size_t)options.destinations, sizeof *s->connected);
        for (int i = 0; i < options.destinations; i++) {
            s->connected[i] = udp_socket(&own, 1 << 20, 0);
            if (connect(s->connected[i], (struct sockaddr *)&r->addresses[i], sizeof own))
                die("connect");
        }
    }
    if (is_uring(s->how)) {
        struct io_uring_params p = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE,
                                    .cq_entries = 8192};
        int error = io_uring_queue_init_params(4096, &s->ring, &p);
        if (error) {
            fprintf(stderr, "io_uring: %s\n", strerror(-error));
            exit(1);
        }
        if (s->how == URING)
            io_uring_register_files(&s->ring, &s->fd, 1);
        else
            io_uring_register_files(&s->ring, s->connected, (unsigned)options.destinations);
    }
}

static void close_sender(struct sender *s) {
    if (is_uring(s->how))
        io_uring_queue_exit(&s->ring);
    if (is_connected(s->how))
        for (int i = 0; i < options.destinations; i++)
            close(s->connected[i]);
    close(s->fd);
    free(s->connected);
    free(s->messages);
    free(s->vectors);
    free(s->controls);
    free(s->packets);
}

static uint64_t send_by_mmsg(struct sender *s) {
    uint64_t packets = 0;
    for (int at = 0; at < s->count;) {
        int left = s->count - at, n = sendmmsg(s->fd, s->messages + at, (unsigned)(left > 256 ? 256 : left), 0);
        if (n <= 0) {
            if (errno == ECONNREFUSED || errno == ENOBUFS)
                continue;
            die("sendmmsg");
        }
        at += n;
        packets += (uint64_t)n * (s->how == GSO ? (uint64_t)options.burst : 1);
    }
    return packets;
}

static uint64_t send_by_uring(struct sender *s) {
    uint64_t packets = 0;
    for (int at = 0; at < s->count;) {
        unsigned submitted = 0, completed = 0, head;
        for (; submitted < 1024 && at < s->count; submitted++, at++) {
            struct io_uring_sqe *entry = io_uring_get_sqe(&s->ring);
            if (!entry)
                break;
            if (s->how == URING)
                io_uring_prep_sendmsg(entry, 0, &s->messages[at].msg_hdr, 0);
            else
                io_uring_prep_send(entry, at % options.destinations, s->vectors[at].iov_base, PACKET_SIZE, 0);
            entry->flags |= IOSQE_FIXED_FILE;
        }
        io_uring_submit_and_wait(&s->ring, submitted);
        struct io_uring_cqe *result;
        io_uring_for_each_cqe(&s->ring, head, result) {
            completed++;
            if (result->res < 0) {
                fprintf(stderr, "io_uring: %s\n", strerror(-result->res));
                exit(1);
            }
            packets++;
        }
        io_uring_cq_advance(&s->ring, completed);
    }
    return packets;
}

static uint64_t send_one_by_one(struct sender *s) {
    uint64_t packets = 0;
    for (int at = 0; at < s->count; at++) {
        const struct iovec *v = &s->vectors[at];
        ssize_t n = s->how == SENDTO
                        ? sendto(s->fd, v->iov_base, v->iov_len, 0, s->messages[at].msg_hdr.msg_name, sizeof(struct sockaddr_in))
                        : send(s->connected[at % options.destinations], v->iov_base, v->iov_len, 0);
        packets += n == PACKET_SIZE;
    }
    return packets;
}

/* Packets per CPU-second of the sender. */
static double sending_run(enum sending how, int encrypts, double *delivered) {
    static uint8_t plain[MAX_BURST * PACKET_SIZE];
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (uint8_t)(i * 31);
    struct receiver r = start_receiver();
    struct sender s = {.how = how};
    open_sockets(&s, &r);
    make_messages(&s, &r, plain);
    usleep(20000);

    /* Few destinations: several rounds for each look at the clock. */
    int rounds = s.count > 400 ? 1 : 400 / s.count;
    uint64_t sent = 0;
    uint32_t sequence = 0;
    double cpu = cpu_seconds(), wall = wall_seconds();
    while (cpu_seconds() - cpu < options.seconds && wall_seconds() - wall < 6 * options.seconds) {
        for (int round = 0; round < rounds; round++) {
            if (encrypts) {
                for (int j = 0; j < options.burst; j++, sequence++)
                    for (int i = 0; i < options.destinations; i++)
                        protect(i, sequence, plain + j * PACKET_SIZE, packet_of(&s, i, j));
            }
            if (how == SENDMMSG || how == GSO)
                sent += send_by_mmsg(&s);
            else if (is_uring(how))
                sent += send_by_uring(&s);
            else
                sent += send_one_by_one(&s);
        }
    }
    cpu = cpu_seconds() - cpu;
    usleep(50000);
    *delivered = (double)*drained / (double)sent;
    close_sender(&s);
    stop_receiver(&r);
    return (double)sent / cpu;
}

/* ---- receiving ---- */

enum receiving { RECVFROM, RECVMMSG, RECVMMSG_GRO };

/* The queue is filled first and drained under the clock. */
static double receiving_run(enum receiving how) {
    enum { BATCH = 64, FILL = 8000 };
    static uint8_t packets[MAX_BURST * PACKET_SIZE], buffers[BATCH][65536], controls[BATCH][64];
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    struct sockaddr_in to, own, from[BATCH];
    int receiver = udp_socket(&to, 256 << 20, how == RECVMMSG_GRO), sender = udp_socket(&own, 1 << 20, 0);
    int burst = how == RECVMMSG_GRO ? options.burst : 1, segment = PACKET_SIZE;
    if (burst > 1 && setsockopt(sender, SOL_UDP, UDP_SEGMENT, &segment, sizeof segment))
        die("UDP_SEGMENT");
    uint64_t received = 0;
    double cpu = 0, wall = wall_seconds();
    while (cpu < options.seconds / 2 && wall_seconds() - wall < 10) {
        for (int i = 0; i < FILL / burst; i++)
            if (sendto(sender, packets, (size_t)burst * PACKET_SIZE, 0, (struct sockaddr *)&to, sizeof to) < 0)
                die("sendto");
        double began = cpu_seconds();
        for (;;) {
            if (how == RECVFROM) {
                socklen_t length = sizeof from[0];
                if (recvfrom(receiver, buffers[0], 1500, MSG_DONTWAIT, (struct sockaddr *)&from[0], &length) < 0)
                    break;
                received++;
                continue;
            }
            for (int i = 0; i < BATCH; i++) {
                vectors[i] = (struct iovec){buffers[i], how == RECVMMSG_GRO ? sizeof buffers[i] : 1500};
                messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i],
                                                           .msg_iovlen = 1,
                                                           .msg_name = &from[i],
                                                           .msg_namelen = sizeof from[i],
                                                           .msg_control = controls[i],
                                                           .msg_controllen = how == RECVMMSG_GRO ? sizeof controls[i] : 0}};
            }
            int n = recvmmsg(receiver, messages, BATCH, MSG_DONTWAIT, NULL);
            if (n <= 0)
                break;
            for (int i = 0; i < n; i++)
                received += (messages[i].msg_len + PACKET_SIZE - 1) / PACKET_SIZE;
        }
        cpu += cpu_seconds() - began;
    }
    close(receiver);
    close(sender);
    return (double)received / cpu;
}

/* ---- modes ---- */

static const char *const sendings[] = {"sendto", "connected", "sendmmsg", "gso", "uring", "uring-connected"};
static const char *const receivings[] = {"recvfrom", "recvmmsg", "recvmmsg+gro"};

static int find(const char *name, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return (int)i;
    return -1;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run_mode(const char *mode) {
    int encrypts = strncmp(mode, "gcm+", 4) == 0;
    int sending = find(encrypts ? mode + 4 : mode, sendings, sizeof sendings / sizeof *sendings);
    int receiving = find(mode, receivings, sizeof receivings / sizeof *receivings);
    double rates[REPEATS_MAX], delivered[REPEATS_MAX] = {0};
    for (int i = 0; i < options.repeats; i++) {
        if (strcmp(mode, "gcm") == 0)
            rates[i] = gcm_alone();
        else if (sending >= 0)
            rates[i] = sending_run((enum sending)sending, encrypts, &delivered[i]);
        else if (receiving >= 0)
            rates[i] = receiving_run((enum receiving)receiving);
        else {
            fprintf(stderr, "no mode is called %s\n", mode);
            exit(2);
        }
    }
    size_t n = (size_t)options.repeats;
    qsort(rates, n, sizeof *rates, by_value);
    qsort(delivered, n, sizeof *delivered, by_value);
    double median = rates[n / 2];
    if (options.as_json)
        printf("{\"mode\": \"%s\", \"destinations\": %d, \"burst\": %d, \"packets_per_cpu_s\": %.0f, \"min\": %.0f, "
               "\"max\": %.0f, \"repeats\": %d, \"drained\": %.3f}\n",
               mode, options.destinations, options.burst, median, rates[0], rates[n - 1], options.repeats, delivered[n / 2]);
    else
        printf("%-20s %9.0f packets/CPU-s (%.0f to %.0f)  %5.2f us each", mode, median, rates[0], rates[n - 1], 1e6 / median);
    if (!options.as_json && sending >= 0)
        printf("  to %d, bursts of %d, %.0f %% drained", options.destinations, options.burst, 100 * delivered[n / 2]);
    if (!options.as_json)
        putchar('\n');
}

int main(int count, char **arguments) {
    for (int option; (option = getopt(count, arguments, "n:k:t:r:c:p:gj")) != -1;) {
        switch (option) {
        case 'n': options.destinations = atoi(optarg); break;
        case 'k': options.burst = atoi(optarg); break;
        case 't': options.seconds = atof(optarg); break;
        case 'r': options.repeats = atoi(optarg); break;
        case 'c': options.core = atoi(optarg); break;
        case 'p': options.peer_core = atoi(optarg); break;
        case 'g': options.with_gro = 1; break;
        case 'j': options.as_json = 1; break;
        default: return 2;
        }
    }
    if (options.destinations < 1 || options.destinations > 10000 || options.burst < 1 || options.burst > MAX_BURST ||
        options.repeats < 1 || options.repeats > REPEATS_MAX || options.seconds <= 0) {
        fprintf(stderr, "-n is 1 to 10000, -k 1 to %d, -r 1 to %d, -t above 0\n", MAX_BURST, REPEATS_MAX);
        return 2;
    }
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    drained = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (drained == MAP_FAILED)
        die("mmap");
    pin(options.core);
    make_contexts();

    static const char *const all[] = {
        "sendto", "connected", "sendmmsg", "gso", "uring", "uring-connected", "gcm+sendto", "gcm+connected", "gcm+sendmmsg",
        "gcm+gso", "gcm+uring", "gcm+uring-connected", "gcm", "recvfrom", "recvmmsg", "recvmmsg+gro"};
    if (optind == count)
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            run_mode(all[i]);
    for (int i = optind; i < count; i++)
        run_mode(arguments[i]);
    return 0;
}
