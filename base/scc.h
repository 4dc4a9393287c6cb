/* Strongly connected components (Tarjan 1972) of a graph in compressed rows: the successors of node n are
 * targets[first[n] .. first[n + 1]). Iterative and linear. */
#pragma once

#include <stdint.h>

/* Writes the number of each node's component into @component and yields how many there are. Components are numbered in reverse
 * topological order: an edge never leads to a higher number. Deterministic: nodes are visited in ascending order, edges as listed. */
uint32_t scc_find (uint32_t n, const uint32_t *first, const uint32_t *targets, uint32_t *component);
