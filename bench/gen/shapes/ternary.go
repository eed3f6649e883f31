package main

// AVX-512 has one instruction for any function of three masks. ternary joins
// pairs of operations, the first of which nothing else needs, into such ones.

type joiner struct {
	uses map[*node]int
	done map[*node]*node
}

func ternary(outputs []output) []output {
	j := &joiner{map[*node]int{}, map[*node]*node{}}
	seen := map[*node]bool{}
	for _, o := range outputs {
		j.count(o.value, seen)
	}
	var joined []output
	for _, o := range outputs {
		joined = append(joined, output{o.variable, j.join(o.value)})
	}
	return joined
}

func (j *joiner) count(n *node, seen map[*node]bool) {
	if n == nil {
		return
	}
	j.uses[n]++
	if seen[n] {
		return
	}
	seen[n] = true
	j.count(n.a, seen)
	j.count(n.b, seen)
}

func isLogic(n *node) bool {
	return n.op == opAnd || n.op == opAndNot || n.op == opOr || n.op == opXor
}

func (j *joiner) join(n *node) *node {
	if n == nil || n.op == opMask || n.op == opConst {
		return n
	}
	if d := j.done[n]; d != nil {
		return d
	}
	d := &node{id: n.id, op: n.op, k: n.k}
	inner, other, left := n.a, n.b, true
	if isLogic(n) && !j.inner(inner) {
		inner, other, left = n.b, n.a, false
	}
	if isLogic(n) && j.inner(inner) {
		d.op, d.k = opTern, truth(n.op, inner.op, left)
		d.a, d.b, d.c = j.join(inner.a), j.join(inner.b), j.join(other)
	} else {
		d.a, d.b = j.join(n.a), j.join(n.b)
	}
	j.done[n] = d
	return d
}

// inner reports whether n can be joined with the one operation that needs it.
func (j *joiner) inner(n *node) bool { return isLogic(n) && j.uses[n] == 1 }

// truth is the function of a, b and c that is outer(inner(a, b), c), or
// outer(c, inner(a, b)).
func truth(outer, inner op, left bool) (k uint64) {
	for i := range uint64(8) {
		x, y := apply(inner, i>>2&1, i>>1&1), i&1
		if !left {
			x, y = y, x
		}
		k |= apply(outer, x, y) << i
	}
	return k
}

func apply(o op, a, b uint64) uint64 {
	switch o {
	case opAnd:
		return a & b
	case opAndNot:
		return a &^ b
	case opOr:
		return a | b
	}
	return a ^ b
}

// computeTernary writes the instruction of n, which replaces its first operand:
// one that nothing else needs if there is any.
func (c *compiler) computeTernary(n *node) {
	operands, order := [3]*node{n.a, n.b, n.c}, [3]int{0, 1, 2}
	// The last one may lie in memory, the first one is better not needed again.
	for i := range 2 {
		if m := operands[order[i]]; c.inMemory(m) && !c.inMemory(operands[order[2]]) {
			order[i], order[2] = order[2], order[i]
		}
	}
	if c.needed(operands[order[0]]) && !c.needed(operands[order[1]]) {
		order[0], order[1] = order[1], order[0]
	}
	k := uint64(0)
	for i := range uint64(8) {
		var bit [3]uint64
		for place, o := range order {
			bit[o] = i >> (2 - place) & 1
		}
		k |= n.k >> (4*bit[0] + 2*bit[1] + bit[2]) & 1 << i
	}
	first := c.load(operands[order[0]])
	second := c.load(operands[order[1]])
	third := c.operand(operands[order[2]])
	r := first
	if c.needed(operands[order[0]]) {
		r = c.register()
		c.line("VMOVDQA64 %s, %s", c.name(first), c.name(r))
	} else {
		c.free(operands[order[0]])
	}
	c.line("VPTERNLOGQ $%d, %s, %s, %s", k, third, c.name(second), c.name(r))
	c.in[n], c.holds[r] = r, n
	clear(c.pinned)
}

// inMemory reports whether n needs no register to be an operand.
func (c *compiler) inMemory(n *node) bool {
	if _, ok := c.in[n]; ok {
		return false
	}
	_, spilled := c.slots[n]
	return spilled || n.op == opMask
}

// needed reports whether n is used again behind the instruction being written.
func (c *compiler) needed(n *node) bool { return len(c.pending(n)) > 0 }
