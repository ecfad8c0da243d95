/* SPDX-License-Identifier: Apache-2.0 */
#include "slot.h"

/* Options: events count, and what can be asked for has an answer; all others have no effect */

EXPORT int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
    struct slot *s = sctp_slot(fd);
    if (!s || level != IPPROTO_SCTP) return real_setsockopt(fd, level, option, value, length);
    if (option == SCTP_EVENTS) {
        memcpy(s->events, value, length < sizeof s->events ? length : sizeof s->events);
    } else if (option == SCTP_EVENT && length >= sizeof(struct sctp_event)) {
        const struct sctp_event *event = value;
        unsigned type = event->se_type - SCTP_SN_TYPE_BASE;
        if (type < sizeof s->events) s->events[type] = event->se_on;
    } else if (option == SCTP_NODELAY) {
        return real_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, value, length);
    }
    return 0;
}

static int answer(void *value, socklen_t *length, const void *is, size_t size)
{
    if (*length > size) *length = size;
    memcpy(value, is, *length);
    return 0;
}

EXPORT int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict length)
{
    REAL(getsockopt);
    struct slot *s = sctp_slot(fd);
    if (s && level == SOL_SOCKET && option == SO_PROTOCOL)
        return answer(value, length, &(int){IPPROTO_SCTP}, sizeof(int));
    if (!s || level != IPPROTO_SCTP) return real(fd, level, option, value, length);
    switch (option) {
    case SCTP_EVENTS:
        return answer(value, length, s->events, sizeof(struct sctp_event_subscribe));
    case SCTP_NODELAY:
        return real(fd, IPPROTO_TCP, TCP_NODELAY, value, length);
    case SCTP_STATUS: {
        struct sctp_status status = {
            .sstat_assoc_id = ASSOCIATION, .sstat_state = SCTP_ESTABLISHED,
            .sstat_rwnd = MAX_PAYLOAD, .sstat_instrms = STREAMS, .sstat_outstrms = STREAMS,
        };
        socklen_t size = sizeof status.sstat_primary.spinfo_address;
        if (getpeername(fd, (struct sockaddr *)&status.sstat_primary.spinfo_address, &size)) {
            errno = EINVAL; /* no association */
            return -1;
        }
        return answer(value, length, &status, sizeof status);
    }
    case SCTP_INITMSG: {
        struct sctp_initmsg initial = {STREAMS, STREAMS, 8, 60000};
        return answer(value, length, &initial, sizeof initial);
    }
    case SCTP_RTOINFO: {
        struct sctp_rtoinfo rto = {ASSOCIATION, 3000, 60000, 1000};
        return answer(value, length, &rto, sizeof rto);
    }
    case SCTP_PEER_ADDR_PARAMS: {
        struct sctp_paddrparams parameters = {.spp_hbinterval = 30000, .spp_pathmaxrxt = 5};
        return answer(value, length, &parameters, sizeof parameters);
    }
    default:
        memset(value, 0, *length);
        return 0;
    }
}
