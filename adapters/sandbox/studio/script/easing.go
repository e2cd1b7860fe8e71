package script

import "math"

// easings are the curves in, by their family's name; an out is the same turned round.
var easings = func() map[string]func(u float64) float64 {
	const back = 1.70158
	in := map[string]func(u float64) float64{
		"sinusoid":  func(u float64) float64 { return 1 - math.Cos(u*math.Pi/2) },
		"quadratic": func(u float64) float64 { return u * u },
		"cubic":     func(u float64) float64 { return u * u * u },
		"back":      func(u float64) float64 { return u * u * ((back+1)*u - back) },
	}
	out := map[string]func(u float64) float64{"linear": func(u float64) float64 { return u }}
	for name, f := range in {
		out[name+"-in"] = f
		out[name+"-out"] = func(u float64) float64 { return 1 - f(1-u) }
		out[name+"-in-out"] = func(u float64) float64 {
			if u < .5 {
				return f(2*u) / 2
			}
			return 1 - f(2-2*u)/2
		}
	}
	return out
}()

func ease(name string, u float64) float64 {
	if f, ok := easings[name]; ok {
		return f(u)
	}
	return u
}
