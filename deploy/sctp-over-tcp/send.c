/* SPDX-License-Identifier: Apache-2.0 */
#include "slot.h"

/* Messages out. A frame that was begun is finished, even on a non-blocking socket. */

static ssize_t send_frame(int fd, struct slot *s, const struct iovec *parts, int count,
                          uint32_t ppid, uint16_t stream, int flags)
{
    size_t length = 0, sent = 0;
    for (int i = 0; i < count; i++) length += parts[i].iov_len;
    if (length == 0 || length > MAX_PAYLOAD || count > 63) {
        errno = length ? EMSGSIZE : EINVAL;
        return -1;
    }
    uint32_t header[3] = {htonl(length), ppid, htonl(stream)};
    struct iovec frame[64] = {{header, HEADER}}, *rest = frame;
    memcpy(frame + 1, parts, count * sizeof *parts);
    size_t left = count + 1;
    pthread_mutex_lock(&s->writing);
    while (sent < HEADER + length) {
        struct msghdr message = {.msg_iov = rest, .msg_iovlen = left};
        ssize_t n = sendmsg(fd, &message, flags | MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR && sent) continue;
        if (n < 0 && errno == EAGAIN && sent) {
            poll(&(struct pollfd){fd, POLLOUT, 0}, 1, -1);
            continue;
        }
        if (n < 0) {
            pthread_mutex_unlock(&s->writing);
            return -1;
        }
        sent += n;
        while (left && (size_t)n >= rest->iov_len) n -= (rest++)->iov_len, left--;
        if (left) rest->iov_base = (uint8_t *)rest->iov_base + n, rest->iov_len -= n;
    }
    pthread_mutex_unlock(&s->writing);
    return length;
}

static ssize_t send_message(int fd, const struct iovec *parts, int count, uint32_t ppid,
                            uint16_t stream, uint16_t sctp_flags, int flags)
{
    struct slot *s = sctp_slot(fd);
    if (!s) {
        errno = ENOTSOCK;
        return -1;
    }
    if (sctp_flags & SCTP_ABORT) {
        real_setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
        return shutdown(fd, SHUT_RDWR);
    }
    if (sctp_flags & SCTP_EOF) return shutdown(fd, SHUT_WR);
    return send_frame(fd, s, parts, count, ppid, stream, flags);
}

EXPORT int sctp_sendmsg(int fd, const void *octets, size_t length, struct sockaddr *to,
                        socklen_t to_length, uint32_t ppid, uint32_t flags, uint16_t stream,
                        uint32_t time_to_live, uint32_t context)
{
    (void)to, (void)to_length, (void)time_to_live, (void)context;
    struct iovec part = {(void *)octets, length};
    return send_message(fd, &part, 1, ppid, stream, flags, 0);
}

EXPORT int sctp_send(int fd, const void *octets, size_t length,
                     const struct sctp_sndrcvinfo *information, int flags)
{
    static const struct sctp_sndrcvinfo none;
    const struct sctp_sndrcvinfo *i = information ? information : &none;
    struct iovec part = {(void *)octets, length};
    return send_message(fd, &part, 1, i->sinfo_ppid, i->sinfo_stream, i->sinfo_flags, flags);
}

/* `type` 1 is struct sctp_sndinfo; 4 has flags before it, of which 1 says that it is there. */
EXPORT int sctp_sendv(int fd, const struct iovec *parts, int count, struct sockaddr *to,
                      int to_count, void *information, socklen_t length, unsigned type, int flags)
{
    (void)to, (void)to_count, (void)length;
    struct sctp_sndinfo i = {0};
    uint32_t valid = 0;
    if (information && type == 1) memcpy(&i, information, sizeof i);
    if (information && type == 4) memcpy(&valid, information, sizeof valid);
    if (valid & 1) memcpy(&i, (uint8_t *)information + sizeof valid, sizeof i);
    return send_message(fd, parts, count, i.snd_ppid, i.snd_sid, i.snd_flags, flags);
}
