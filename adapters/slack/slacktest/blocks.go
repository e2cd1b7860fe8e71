package slacktest

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Limits of blocks, in characters and numbers.
const (
	blocksMax   = 50
	sectionMax  = 3000
	headerMax   = 150
	buttonMax   = 75
	valueMax    = 2000
	linkMax     = 3000
	idMax       = 255
	actionsMax  = 25
	contextMax  = 10
	overflowMax = 5
	optionsMax  = 100
)

// checker judges blocks as the real service does, where messengers go wrong. It fills in the ids that
// were left out.
type checker struct {
	s      *Server
	wrong  []string
	blocks map[string]bool // ids
}

// blocks reads the blocks of a message.
func (s *Server) blocks(raw string) ([]any, error) {
	var all []map[string]any
	if raw != "" && json.Unmarshal([]byte(raw), &all) != nil {
		return nil, refused("invalid_blocks_format")
	}
	c := checker{s: s, blocks: map[string]bool{}}
	if len(all) > blocksMax {
		c.fail("no more than %d items allowed [json-pointer:/blocks]", blocksMax)
	}
	out := []any{}
	for i, b := range all {
		c.block(fmt.Sprint("/blocks/", i), b)
		out = append(out, b)
	}
	if len(c.wrong) > 0 {
		return nil, refused("invalid_blocks", c.wrong...)
	}
	return out, nil
}

func (c *checker) fail(format string, args ...any) {
	c.wrong = append(c.wrong, "[ERROR] "+fmt.Sprintf(format, args...))
}

func (c *checker) block(at string, b map[string]any) {
	c.name(at, b, "block_id", c.blocks)
	actions := map[string]bool{}
	switch b["type"] {
	case "section":
		fields := list(b["fields"])
		if b["text"] == nil && len(fields) == 0 {
			c.fail("missing required field: text [json-pointer:%s/text]", at)
		}
		c.text(at+"/text", b["text"], sectionMax)
		for i, f := range fields {
			c.text(fmt.Sprintf("%s/fields/%d", at, i), f, 2000)
		}
		if e, ok := b["accessory"].(map[string]any); ok {
			c.element(at+"/accessory", e, actions)
		}
	case "header":
		c.required(at+"/text", b["text"], headerMax)
	case "actions":
		c.elements(at, b, actionsMax, func(at string, e map[string]any) { c.element(at, e, actions) })
	case "context":
		c.elements(at, b, contextMax, func(at string, e map[string]any) {
			if e["type"] != "image" {
				c.required(at, e, sectionMax)
			}
		})
	case "image":
		if b["alt_text"] == nil || b["image_url"] == nil && b["slack_file"] == nil {
			c.fail("missing required field: alt_text [json-pointer:%s]", at)
		}
	case "divider", "rich_text", "input", "file", "video", "markdown":
	default:
		c.fail("unsupported type: %v [json-pointer:%s/type]", b["type"], at)
	}
}

func (c *checker) elements(at string, b map[string]any, most int, each func(at string, e map[string]any)) {
	all := list(b["elements"])
	if len(all) == 0 || len(all) > most {
		c.fail("must have 1 to %d items [json-pointer:%s/elements]", most, at)
	}
	for i, v := range all {
		e, _ := v.(map[string]any)
		each(fmt.Sprintf("%s/elements/%d", at, i), e)
	}
}

// element is one that people press or choose from.
func (c *checker) element(at string, e map[string]any, actions map[string]bool) {
	c.name(at, e, "action_id", actions)
	switch e["type"] {
	case "button":
		c.required(at+"/text", e["text"], buttonMax)
		c.length(at+"/value", e["value"], valueMax)
		c.length(at+"/url", e["url"], linkMax)
		if style := e["style"]; style != nil && style != "primary" && style != "danger" {
			c.fail("must be one of primary, danger [json-pointer:%s/style]", at)
		}
	case "static_select", "overflow":
		most := optionsMax
		if e["type"] == "overflow" {
			most = overflowMax
		}
		options := list(e["options"])
		if len(options) > most || len(options) == 0 && e["option_groups"] == nil {
			c.fail("must have 1 to %d items [json-pointer:%s/options]", most, at)
		}
		for i, v := range options {
			o, _ := v.(map[string]any)
			c.required(fmt.Sprintf("%s/options/%d/text", at, i), o["text"], buttonMax)
			c.length(fmt.Sprintf("%s/options/%d/value", at, i), o["value"], 150)
		}
	case "image":
	default:
		c.fail("unsupported type: %v [json-pointer:%s/type]", e["type"], at)
	}
}

// name checks that an id is the only one of its kind, or makes one.
func (c *checker) name(at string, e map[string]any, key string, seen map[string]bool) {
	if e == nil {
		c.fail("must be an object [json-pointer:%s]", at)
		return
	}
	id, _ := e[key].(string)
	if id == "" {
		id = c.s.id("x")[3:]
		e[key] = id
	}
	if seen[id] {
		c.fail("`%s` must be unique [json-pointer:%s/%s]", key, at, key)
	}
	seen[id] = true
	c.length(at+"/"+key, id, idMax)
}

func (c *checker) required(at string, v any, most int) {
	if v == nil {
		c.fail("missing required field: text [json-pointer:%s]", at)
	}
	c.text(at, v, most)
}

// text checks a text object.
func (c *checker) text(at string, v any, most int) {
	if v == nil {
		return
	}
	t, _ := v.(map[string]any)
	s, ok := t["text"].(string)
	switch {
	case t["type"] != "plain_text" && t["type"] != "mrkdwn":
		c.fail("unsupported type: %v [json-pointer:%s/type]", t["type"], at)
	case !ok || s == "":
		c.fail("must be more than 0 characters [json-pointer:%s/text]", at)
	}
	c.length(at+"/text", s, most)
}

func (c *checker) length(at string, v any, most int) {
	if s, _ := v.(string); utf8.RuneCountInString(s) > most {
		c.fail("must be less than %d characters [json-pointer:%s]", most+1, at)
	}
}

func list(v any) []any {
	all, _ := v.([]any)
	return all
}
