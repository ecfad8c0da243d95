/* SPDX-License-Identifier: Apache-2.0 */
#include "slot.h"

/* Sockets: made, accepted, closed */

EXPORT int socket(int domain, int type, int protocol)
{
    REAL(socket);
    if (protocol != IPPROTO_SCTP) return real(domain, type, protocol);
    if ((type & 0xf) != SOCK_STREAM) { /* one-to-many has no likeness in TCP */
        errno = ESOCKTNOSUPPORT;
        return -1;
    }
    int fd = real(domain, type, IPPROTO_TCP);
    if (fd >= 0 && !adopt(fd, NULL)) {
        close(fd);
        errno = EMFILE;
        return -1;
    }
    /* Like SCTP, which has no TIME_WAIT. */
    if (fd >= 0) real_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    return fd;
}

EXPORT int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
    REAL(accept4);
    struct slot *s = sctp_slot(fd);
    int accepted = real(fd, address, length, flags);
    if (s && accepted >= 0 && !adopt(accepted, s)) {
        close(accepted);
        errno = EMFILE;
        return -1;
    }
    return accepted;
}

EXPORT int accept(int fd, struct sockaddr *address, socklen_t *length)
{
    return accept4(fd, address, length, 0);
}

EXPORT int close(int fd)
{
    REAL(close);
    struct slot *s = sctp_slot(fd);
    /* A child process closes its copies; they say nothing of its parent's socket. */
    if (s && atomic_load(&s->owner) == getpid()) {
        shutdown(fd, SHUT_RDWR); /* wakes whoever waits in it */
        atomic_store(&s->sctp, false);
    }
    return real(fd);
}

static socklen_t size_of(const struct sockaddr *address)
{
    return address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

/* The first of the addresses; TCP has room for no other. */
EXPORT int sctp_bindx(int fd, struct sockaddr *addresses, int count, int flags)
{
    (void)flags;
    struct sockaddr_storage bound;
    socklen_t length = sizeof bound;
    if (count < 1) {
        errno = EINVAL;
        return -1;
    }
    if (getsockname(fd, (struct sockaddr *)&bound, &length) == 0) {
        in_port_t port = bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                                     : ((struct sockaddr_in *)&bound)->sin_port;
        if (port) return 0; /* one address more of a bound socket */
    }
    return bind(fd, addresses, size_of(addresses));
}

/* One address after the other, until one answers. */
EXPORT int sctp_connectx(int fd, struct sockaddr *addresses, int count, sctp_assoc_t *id)
{
    uint8_t *next = (uint8_t *)addresses;
    int result = -1;
    errno = EINVAL;
    for (int i = 0; i < count; i++) {
        result = connect(fd, (struct sockaddr *)next, size_of((struct sockaddr *)next));
        if (result == 0 || errno == EINPROGRESS || errno == EISCONN) break;
        next += size_of((struct sockaddr *)next);
    }
    if (id) *id = ASSOCIATION;
    return result;
}

static int addresses_of(int (*name)(int, struct sockaddr *, socklen_t *), int fd, struct sockaddr **to)
{
    socklen_t length = sizeof(struct sockaddr_storage);
    struct sockaddr *one = calloc(1, length);
    if (!one) return -1;
    if (name(fd, one, &length)) {
        free(one);
        return -1;
    }
    *to = one;
    return 1;
}

EXPORT int sctp_getpaddrs(int fd, sctp_assoc_t id, struct sockaddr **addresses)
{
    (void)id;
    return addresses_of(getpeername, fd, addresses);
}

EXPORT int sctp_getladdrs(int fd, sctp_assoc_t id, struct sockaddr **addresses)
{
    (void)id;
    return addresses_of(getsockname, fd, addresses);
}

EXPORT int sctp_freepaddrs(struct sockaddr *addresses)
{
    free(addresses);
    return 0;
}

EXPORT int sctp_freeladdrs(struct sockaddr *addresses)
{
    return sctp_freepaddrs(addresses);
}
