/* SPDX-License-Identifier: Apache-2.0 */
#include "slot.h"

/* Messages in */

/* 1: all there; 0: the peer has ended; -1: errno. What came so far is kept for the next call. */
static int fill(int fd, uint8_t *buffer, size_t *have, size_t need, int flags)
{
    while (*have < need) {
        ssize_t n = recv(fd, buffer + *have, need - *have, flags);
        if (n == 0) return 0;
        if (n < 0) return -1;
        *have += n;
    }
    return 1;
}

static int receive_frame(int fd, struct slot *s, int flags)
{
    for (;;) {
        int result = fill(fd, s->header, &s->header_have, HEADER, flags);
        if (result < 1) return result;
        uint32_t length;
        memcpy(&length, s->header, sizeof length);
        s->length = ntohl(length);
        if (s->length) break;
        s->header_have = 0; /* SCTP has no empty messages */
    }
    if (s->length > MAX_PAYLOAD) { /* whoever that is, it does not speak this framing */
        shutdown(fd, SHUT_RDWR);
        errno = ECONNRESET;
        return -1;
    }
    if (s->length > s->room) {
        uint8_t *larger = realloc(s->payload, s->length);
        if (!larger) return -1;
        s->payload = larger, s->room = s->length;
    }
    return fill(fd, s->payload, &s->have, s->length, flags);
}

static bool subscribed(const struct slot *s, uint16_t type)
{
    return s->events[type - SCTP_SN_TYPE_BASE];
}

static ssize_t notify(void *octets, size_t room, const void *notification, size_t size, int *flags)
{
    *flags = MSG_NOTIFICATION | MSG_EOR;
    if (size > room) size = room;
    memcpy(octets, notification, size);
    return size;
}

static ssize_t notify_change(void *octets, size_t room, int state, int *flags)
{
    struct sctp_assoc_change change = {
        .sac_type = SCTP_ASSOC_CHANGE, .sac_length = sizeof change, .sac_state = state,
        .sac_outbound_streams = STREAMS, .sac_inbound_streams = STREAMS,
        .sac_assoc_id = ASSOCIATION,
    };
    return notify(octets, room, &change, sizeof change, flags);
}

/* What is told at the end: the peer's shutdown, the end of the association, and then 0 for ever. */
static ssize_t receive_end(struct slot *s, void *octets, size_t room, int *flags)
{
    if (s->ending == ENDED && !s->told_shutdown && subscribed(s, SCTP_SHUTDOWN_EVENT)) {
        struct sctp_shutdown_event event = {
            .sse_type = SCTP_SHUTDOWN_EVENT, .sse_length = sizeof event,
            .sse_assoc_id = ASSOCIATION,
        };
        s->told_shutdown = true;
        return notify(octets, room, &event, sizeof event, flags);
    }
    if (!s->told_end && subscribed(s, SCTP_ASSOC_CHANGE)) {
        s->told_end = true;
        int state = s->ending == LOST ? SCTP_COMM_LOST : SCTP_SHUTDOWN_COMP;
        return notify_change(octets, room, state, flags);
    }
    if (s->ending == LOST && !s->told_end) {
        s->told_end = true;
        errno = ECONNRESET;
        return -1;
    }
    return 0;
}

static ssize_t receive_locked(int fd, struct slot *s, void *octets, size_t room, uint32_t *ppid,
                              uint16_t *stream, int *flags)
{
    int asked = *flags & (MSG_DONTWAIT | MSG_WAITALL);
    *flags = 0;
    if (!s->told_up && subscribed(s, SCTP_ASSOC_CHANGE)) {
        struct sockaddr_storage peer;
        socklen_t length = sizeof peer;
        if (getpeername(fd, (struct sockaddr *)&peer, &length)) return -1;
        s->told_up = true;
        return notify_change(octets, room, SCTP_COMM_UP, flags);
    }
    if (s->ending == OPEN) {
        int result = receive_frame(fd, s, asked & MSG_DONTWAIT);
        if (result < 0 && errno != ECONNRESET && errno != ETIMEDOUT && errno != EPIPE) return -1;
        if (result < 1) s->ending = result == 0 && s->header_have == 0 ? ENDED : LOST;
    }
    if (s->ending != OPEN) return receive_end(s, octets, room, flags);
    uint32_t words[3];
    memcpy(words, s->header, HEADER);
    *ppid = words[1];
    *stream = ntohl(words[2]);
    size_t left = s->length - s->given, size = left < room ? left : room;
    memcpy(octets, s->payload + s->given, size);
    s->given += size;
    if (s->given == s->length) { /* the message's last part */
        *flags |= MSG_EOR;
        s->header_have = s->length = s->have = s->given = 0;
    }
    return size;
}

static ssize_t receive_message(int fd, void *octets, size_t room, struct sockaddr *from,
                               socklen_t *from_length, uint32_t *ppid, uint16_t *stream, int *flags)
{
    struct slot *s = sctp_slot(fd);
    if (!s) {
        errno = ENOTSOCK;
        return -1;
    }
    pthread_mutex_lock(&s->reading);
    ssize_t received = receive_locked(fd, s, octets, room, ppid, stream, flags);
    int error = errno;
    pthread_mutex_unlock(&s->reading);
    if (received >= 0 && from && from_length && getpeername(fd, from, from_length)) *from_length = 0;
    errno = error;
    return received;
}

EXPORT int sctp_recvmsg(int fd, void *octets, size_t room, struct sockaddr *from,
                        socklen_t *from_length, struct sctp_sndrcvinfo *information, int *flags)
{
    uint32_t ppid = 0;
    uint16_t stream = 0;
    int none = 0, *f = flags ? flags : &none;
    ssize_t received = receive_message(fd, octets, room, from, from_length, &ppid, &stream, f);
    if (received >= 0 && information) {
        memset(information, 0, sizeof *information);
        if (!(*f & MSG_NOTIFICATION)) {
            information->sinfo_ppid = ppid;
            information->sinfo_stream = stream;
            information->sinfo_assoc_id = ASSOCIATION;
        }
    }
    return received;
}

/* `type` becomes 1, struct sctp_rcvinfo, when there is one; into the first part only. */
EXPORT int sctp_recvv(int fd, const struct iovec *parts, int count, struct sockaddr *from,
                      socklen_t *from_length, void *information, socklen_t *length, unsigned *type,
                      int *flags)
{
    if (count < 1) {
        errno = EINVAL;
        return -1;
    }
    struct sctp_rcvinfo i = {.rcv_assoc_id = ASSOCIATION};
    ssize_t received = receive_message(fd, parts->iov_base, parts->iov_len, from, from_length,
                                       &i.rcv_ppid, &i.rcv_sid, flags);
    bool told = received > 0 && !(*flags & MSG_NOTIFICATION) && information && length
                && *length >= sizeof i;
    if (told) memcpy(information, &i, *length = sizeof i);
    if (type) *type = told ? 1 : 0;
    return received;
}
