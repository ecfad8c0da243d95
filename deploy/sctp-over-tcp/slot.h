/* SPDX-License-Identifier: Apache-2.0
 *
 * SCTP sockets over TCP, for programs that know nothing of it:
 *
 *     LD_PRELOAD=.../sctp_over_tcp.so nr-gnb -c gnb.yaml
 *
 * A one-to-one SCTP socket (SOCK_STREAM, RFC 6458 clause 4) becomes a TCP connection. Every message
 * is a frame on it: payload length, payload protocol identifier and stream, 32 bits each in network
 * order, then the payload. Both ends have to do so: this library on the other side, or AgentNF's
 * tcp:// transport. What TCP has nothing of (several addresses, heartbeats, independent streams)
 * is accepted and has no effect.
 *
 * Frames are read exactly: never an octet of the next one, so that poll() still tells the truth.
 */
#pragma once
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <linux/sctp.h>

#define EXPORT __attribute__((visibility("default")))
#define HEADER 12
#define MAX_PAYLOAD (1u << 20)
#define STREAMS 16
#define ASSOCIATION 1 /* the association identifier of every socket: there is one on each */

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

enum ending { OPEN, ENDED, LOST };

/* What is kept of a socket. A slot is made once for a descriptor and is never freed: a thread may
 * still be in it when another one closes the socket. */
struct slot {
    _Atomic bool sctp;
    _Atomic pid_t owner;
    pthread_mutex_t reading, writing;
    uint8_t events[32]; /* struct sctp_event_subscribe, an octet for each type */
    bool told_up, told_shutdown, told_end;
    enum ending ending;
    uint8_t header[HEADER];
    size_t header_have;
    uint8_t *payload;
    size_t length, have, given, room;
};

/* The slot of an SCTP socket, NULL of any other descriptor. */
struct slot *sctp_slot(int fd);
/* A descriptor becomes an SCTP socket; an accepted one takes over what its listener subscribed to. */
bool adopt(int fd, const struct slot *listener);
int real_setsockopt(int fd, int level, int option, const void *value, socklen_t length);
