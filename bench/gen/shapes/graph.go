package main

import "fmt"

// op is an operation on masks.
type op uint8

const (
	opMask   op = iota // a mask of the window, by its index k
	opConst            // the constant k
	opNot              // ^a
	opAnd              // a & b
	opAndNot           // a &^ b
	opOr               // a | b
	opXor              // a ^ b
	opShr              // a >> k
	opShl              // a << k
	opIf               // a, which is 0 where b is
	opTern             // any function of a, b and c: bit 4a+2b+c of k
)

// node is a value of the graph; equal values are one node.
type node struct {
	id   int
	op   op
	a, b *node
	c    *node // of opTern
	k    uint64
}

// leaf reports whether a node is one mask, shifted or not: cheaper to compute
// again than to keep.
func (n *node) leaf() bool {
	return n.op == opMask || (n.op == opShr || n.op == opShl) && n.a.op == opMask
}

type graph struct {
	nodes map[string]*node
}

func newGraph() *graph { return &graph{map[string]*node{}} }

func (g *graph) mask(i int) *node        { return g.node(opMask, nil, nil, uint64(i)) }
func (g *graph) constant(v uint64) *node { return g.node(opConst, nil, nil, v) }
func (g *graph) shift(o op, a *node, k uint64) *node {
	switch {
	case k == 0:
		return a
	case a.op == o:
		return g.shift(o, a.a, a.k+k)
	}
	return g.node(o, a, nil, k)
}

func (g *graph) not(a *node) *node {
	if a.op == opNot {
		return a.a
	}
	return g.node(opNot, a, nil, 0)
}

func (g *graph) binary(o op, a, b *node) *node {
	switch {
	case o == opAnd && b.op == opNot:
		return g.node(opAndNot, a, b.a, 0)
	case o == opAnd && a.op == opNot:
		return g.node(opAndNot, b, a.a, 0)
	case o == opAndNot && b.op == opNot:
		return g.binary(opAnd, a, b.a)
	case (o == opAnd || o == opOr) && a == b:
		return a
	}
	if o != opAndNot && o != opIf && a.id > b.id {
		a, b = b, a
	}
	return g.node(o, a, b, 0)
}

// fold joins all nodes of a list by one operation.
func (g *graph) fold(o op, list []*node) *node {
	n := list[0]
	for _, m := range list[1:] {
		n = g.binary(o, n, m)
	}
	return n
}

func (g *graph) node(o op, a, b *node, k uint64) *node {
	key := fmt.Sprint(o, id(a), id(b), k)
	if n := g.nodes[key]; n != nil {
		return n
	}
	n := &node{id: len(g.nodes), op: o, a: a, b: b, k: k}
	g.nodes[key] = n
	return n
}

func id(n *node) int {
	if n == nil {
		return -1
	}
	return n.id
}

// plain is n without the conditions in it.
func (g *graph) plain(n *node, done map[*node]*node) *node {
	if n == nil || n.op == opMask || n.op == opConst {
		return n
	}
	if p := done[n]; p != nil {
		return p
	}
	a := g.plain(n.a, done)
	p := a
	switch n.op {
	case opIf:
	case opNot:
		p = g.not(a)
	case opShr, opShl:
		p = g.shift(n.op, a, n.k)
	default:
		p = g.binary(n.op, a, g.plain(n.b, done))
	}
	done[n] = p
	return p
}

// schedule lists the nodes that the outputs need, each behind what it needs
// itself, and each output behind its last node.
func schedule(outputs []output, emit func(n *node), done func(i int)) {
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if n == nil || seen[n] {
			return
		}
		seen[n] = true
		visit(n.a)
		visit(n.b)
		visit(n.c)
		emit(n)
	}
	for i, o := range outputs {
		visit(o.value)
		done(i)
	}
}
