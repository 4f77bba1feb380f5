// SPDX-License-Identifier: GPL-2.0
/* See stage.h. */
#include "stage.h"

static void nothing(void *obj)
{
}

const struct kind kinds[NR_KINDS] = {
	{ "index in an object, two pages", 700, 0, NULL, true },
	{ "index on slab", 64, 0, NULL, true },
	{ "index off slab", 1024, SLAB_TYPESAFE_BY_RCU, NULL, false },
	{ "constructed", 128, 0, nothing, false },
};

void fill(const struct stage *s, unsigned int i)
{
	memset(s->o[i], 0x40 + i, s->p.size);
}

bool open_stage(struct stage *s, const struct kind *kind, unsigned int given, int shared)
{
	unsigned int i;

	s->kind = kind;
	s->given = given;
	if (!open_pool(&s->p, kind->size, 0, kind->flags, kind->ctor,
		       (struct tunables){ LIMIT, BATCH, shared }))
		return false;
	if (!take_many(&s->p, s->o, OBJECTS)) {
		close_pool(&s->p);
		return false;
	}
	s->nr = OBJECTS;
	while (s->nr < ARRAY_SIZE(s->o) &&
	       look_stat(s->p.name, first_cpu(), "avail"))
		s->o[s->nr++] = take(&s->p);
	expect_eq(look_stat(s->p.name, first_cpu(), "avail"), 0);
	for (i = 0; i < s->nr; i++)
		fill(s, i);
	give_many(&s->p, s->o, given);
	return true;
}

void close_stage(struct stage *s)
{
	unsigned int i;

	if (test_failed()) {
		myslab_cache_destroy(s->p.cache);
		return;
	}
	for (i = s->given; i-- > 0;)
		expect_eq(which(s->o, s->nr, take(&s->p)), i);
	for (i = s->given; i < s->nr; i++)
		expect(!memchr_inv(s->o[i], 0x40 + i, s->p.size));
	give_many(&s->p, s->o, s->nr);
	close_pool(&s->p);
}

static const char *const state_of[] = {
	[0] = "empty", [BATCH] = "neither full nor empty", [LIMIT] = "full",
};

void in_every_state(void (*check)(struct stage *s))
{
	static const unsigned int states[] = { BATCH, 0, LIMIT };
	size_t i, k;

	for (k = 0; k < NR_KINDS; k++) {
		for (i = 0; i < ARRAY_SIZE(states); i++) {
			struct stage s;

			if (!open_stage(&s, &kinds[k], states[i], 0))
				return;
			check(&s);
			close_stage(&s);
			if (test_failed()) {
				test_note("%s; the array was %s", kinds[k].what,
					  state_of[states[i]]);
				return;
			}
		}
	}
}

void with_room_for_two(void (*check)(struct stage *s))
{
	struct stage s;
	size_t k;

	for (k = 0; k < NR_KINDS && !test_failed(); k++) {
		if (!open_stage(&s, &kinds[k], LIMIT - 2, 0))
			return;
		check(&s);
		close_stage(&s);
		if (test_failed())
			test_note("%s", kinds[k].what);
	}
}

void expect_counted(struct pool *p, void *bad, const char *what, long times)
{
	long errors_before, errors_between, errors;
	char *before = look_state(p->name, &errors_before);
	char *between, *after;

	give(p, bad);
	between = look_state(p->name, &errors_between);
	myslab_cache_free_bulk(p->cache, 1, &bad);
	after = look_state(p->name, &errors);
	if (!expect_eq(errors_between - errors_before, times) ||
	    !expect(before && between && !strcmp(before, between)))
		test_note("%s", what);
	else if (!expect_eq(errors - errors_between, times) ||
		 !expect(after && !strcmp(between, after)))
		test_note("%s, in bulk", what);
	kvfree(between);
	kvfree(before);
	kvfree(after);
}

void expect_refused(struct pool *p, void *bad, const char *what)
{
	expect_counted(p, bad, what, 1);
}
