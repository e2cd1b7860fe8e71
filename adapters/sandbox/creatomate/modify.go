package creatomate

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Apply writes modifications into a RenderScript document, in place, with Creatomate's rules
// (creatomate.com/docs, "Template modifications"): a key is an element's name or id, alone for its
// main property (text of a text, source of a video, image or audio), or followed by a dotted path
// such as `price.fill_color` or `scrim.fill_color.0.color`. Names are matched exactly. What matches
// nothing is a warning and changes nothing. Warnings name keys, never values.
func Apply(doc, mods map[string]any) (warnings []string) {
	for _, key := range slices.Sorted(maps.Keys(mods)) {
		name, path, found := locate(doc, key)
		if !found {
			warnings = append(warnings, fmt.Sprintf("modification %q: no element has this name or id", key))
			continue
		}
		each(doc, func(el map[string]any) {
			if !called(el, name) {
				return
			}
			p := path
			if p == "" {
				p = mainProperty(el)
			}
			if p == "" || !set(el, strings.Split(p, "."), mods[key]) {
				warnings = append(warnings, fmt.Sprintf("modification %q: the element has no such property", key))
			}
		})
	}
	return warnings
}

// locate splits a key into the longest name that an element has and the path behind it.
func locate(doc map[string]any, key string) (name, path string, found bool) {
	for name = key; ; path = key[len(name)+1:] {
		each(doc, func(el map[string]any) { found = found || called(el, name) })
		if found {
			return name, path, name == key || path != ""
		}
		cut := strings.LastIndexByte(name, '.')
		if cut < 0 {
			return "", "", false
		}
		name = name[:cut]
	}
}

// each calls f for every element of a document, also inside of compositions.
func each(doc map[string]any, f func(el map[string]any)) {
	list, _ := doc["elements"].([]any)
	for _, e := range list {
		if el, ok := e.(map[string]any); ok {
			f(el)
			each(el, f)
		}
	}
}

func called(el map[string]any, name string) bool {
	n, _ := el["name"].(string)
	id, _ := el["id"].(string)
	return name != "" && (n == name || id == name)
}

func mainProperty(el map[string]any) string {
	switch el["type"] {
	case "text":
		return "text"
	case "video", "image", "audio":
		return "source"
	}
	return ""
}

// set writes v at a path. A missing property is added, a missing step on the way is not.
func set(at any, path []string, v any) bool {
	switch at := at.(type) {
	case map[string]any:
		if len(path) == 1 {
			at[path[0]] = v
			return true
		}
		return set(at[path[0]], path[1:], v)
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i < 0 || i >= len(at) {
			return false
		}
		if len(path) == 1 {
			at[i] = v
			return true
		}
		return set(at[i], path[1:], v)
	}
	return false
}
