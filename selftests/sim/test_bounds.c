// SPDX-License-Identifier: GPL-2.0
/* Mode auto: what an array is good for at its least, and how long a section may be. */
#include <stdlib.h>

#include "array.h"
#include "ktap.h"

/* Where an array is retired an rcu_head of two words lies in place of its entries. */
static void A3_the_smallest_array_has_room_for_its_end(void)
{
	unsigned int limit;

	for (limit = 0; limit < 100; limit++) {
		size_t bytes = array_bytes(limit);
		struct myslab_array *a = malloc(bytes);
		unsigned int i;

		array_init(a, limit, 1);
		for (i = 0; i < limit; i++)
			array_push(a, NULL);
		check(bytes >= sizeof(*a) + 2 * sizeof(void *), "limit %u: %zu", limit, bytes);
		free(a);
	}
	check(array_bytes(30) == 256 && array_bytes(62) == 512, "one more would be twice");
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		CASE(A3_the_smallest_array_has_room_for_its_end),
	};

	return ktap_main(argc, argv, cases, ARRAY_SIZE(cases));
}
