package scanner

import "context"

// gate lets as many batches in as it has room for; the nil gate lets all in.
type gate chan struct{}

func (c *coordinator) gates() map[string]gate {
	gates := map[string]gate{}
	for name, most := range c.opt.Most {
		if most > 0 {
			gates[name] = make(gate, most)
		}
	}
	return gates
}

func (g gate) enter(ctx context.Context) error {
	if g == nil {
		return nil
	}
	select {
	case g <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g gate) leave() {
	if g != nil {
		<-g
	}
}
