/* SPDX-License-Identifier: Apache-2.0 */
#include "slot.h"

#define DESCRIPTORS 65536

static _Atomic(struct slot *) slots[DESCRIPTORS];
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

int real_setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
    REAL(setsockopt);
    return real(fd, level, option, value, length);
}

struct slot *sctp_slot(int fd)
{
    if (fd < 0 || fd >= DESCRIPTORS) return NULL;
    struct slot *s = atomic_load(&slots[fd]);
    return s && atomic_load(&s->sctp) ? s : NULL;
}

bool adopt(int fd, const struct slot *listener)
{
    if (fd < 0 || fd >= DESCRIPTORS) return false;
    pthread_mutex_lock(&making);
    struct slot *s = atomic_load(&slots[fd]);
    if (!s && (s = calloc(1, sizeof *s))) {
        pthread_mutex_init(&s->reading, NULL);
        pthread_mutex_init(&s->writing, NULL);
        atomic_store(&slots[fd], s);
    }
    pthread_mutex_unlock(&making);
    if (!s) return false;
    pthread_mutex_lock(&s->reading);
    memset(s->events, 0, sizeof s->events);
    if (listener) memcpy(s->events, listener->events, sizeof s->events);
    s->told_up = s->told_shutdown = s->told_end = false;
    s->ending = OPEN;
    s->header_have = s->length = s->have = s->given = 0;
    atomic_store(&s->owner, getpid());
    atomic_store(&s->sctp, true);
    pthread_mutex_unlock(&s->reading);
    real_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    return true;
}
