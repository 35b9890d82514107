package loop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	anthropic "github.com/anthropics/anthropic-sdk-go"
	anthropicopt "github.com/anthropics/anthropic-sdk-go/option"
	"github.com/openai/openai-go/v3"
	openaiopt "github.com/openai/openai-go/v3/option"

	"pollux/internal/fault"
)

// direct is a model behind an endpoint. It sees the project through what it asks to read, and changes it through edits that are
// made here.
type direct struct {
	files *confined
	model string
	talk  []message
	ask   func(ctx context.Context, model string, talk []message) (string, error)
	hide  string // the key, which must stand in no message
	out   io.Writer
	allow Policy
}

// message is one turn of the conversation.
type message struct {
	Role string `json:"role"` // user or assistant
	Text string `json:"text"`
}

const (
	maxExchanges   = 12      // of one turn
	maxReplyTokens = 8192    // of one reply
	maxTalkBytes   = 1 << 20 // of a conversation that is kept
	maxListed      = 400     // files that the model is told of
)

// Direct gives the agent for `anthropic:MODEL` or `openai:MODEL`; nil when the words name neither. A key that is not in the environment
// is a fault of usage.
func Direct(words string, opt Options) (Agent, error) {
	vendor, model, ok := strings.Cut(words, ":")
	if !ok || vendor != "anthropic" && vendor != "openai" || model == "" {
		return nil, nil //nolint:nilnil // nil says that the words name another kind of agent
	}
	files, err := confine(opt.Root)
	if err != nil {
		return nil, err
	}
	variable := strings.ToUpper(vendor) + "_API_KEY"
	d := &direct{files: files, model: model, hide: variableOf(opt.Env, variable), out: opt.Out, allow: opt.Permit}
	if d.hide == "" {
		return nil, fault.Usagef("`%s` needs a key", words).Because(errNoKey).Hint("set " + variable + "; " + strings.ToUpper(vendor) + "_BASE_URL names another endpoint")
	}
	base := variableOf(opt.Env, strings.ToUpper(vendor)+"_BASE_URL")
	d.ask = askOpenAI(d.hide, base)
	if vendor == "anthropic" {
		d.ask = askAnthropic(d.hide, base)
	}
	if opt.Resume != "" && json.Unmarshal([]byte(opt.Resume), &d.talk) != nil {
		return nil, fault.Usagef("the conversation that was kept cannot be read")
	}
	return d, nil
}

func variableOf(env []string, name string) string {
	for _, entry := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

func askAnthropic(key, base string) func(context.Context, string, []message) (string, error) {
	opts := []anthropicopt.RequestOption{anthropicopt.WithAPIKey(key)}
	if base != "" {
		opts = append(opts, anthropicopt.WithBaseURL(base))
	}
	client := anthropic.NewClient(opts...)
	return func(ctx context.Context, model string, talk []message) (string, error) {
		params := anthropic.MessageNewParams{Model: model, MaxTokens: maxReplyTokens, System: []anthropic.TextBlockParam{{Text: directRules}}}
		for _, m := range talk {
			block := anthropic.NewTextBlock(m.Text)
			if m.Role == "user" {
				params.Messages = append(params.Messages, anthropic.NewUserMessage(block))
			} else {
				params.Messages = append(params.Messages, anthropic.NewAssistantMessage(block))
			}
		}
		reply, err := client.Messages.New(ctx, params)
		if err != nil {
			return "", err
		}
		if reply.StopReason == anthropic.StopReasonMaxTokens {
			return "", errCut
		}
		var b strings.Builder
		for _, block := range reply.Content {
			b.WriteString(block.Text)
		}
		return b.String(), nil
	}
}

func askOpenAI(key, base string) func(context.Context, string, []message) (string, error) {
	opts := []openaiopt.RequestOption{openaiopt.WithAPIKey(key)}
	if base != "" {
		opts = append(opts, openaiopt.WithBaseURL(base))
	}
	client := openai.NewClient(opts...)
	return func(ctx context.Context, model string, talk []message) (string, error) {
		params := openai.ChatCompletionNewParams{Model: model, Messages: []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(directRules)}}
		for _, m := range talk {
			if m.Role == "user" {
				params.Messages = append(params.Messages, openai.UserMessage(m.Text))
			} else {
				params.Messages = append(params.Messages, openai.AssistantMessage(m.Text))
			}
		}
		reply, err := client.Chat.Completions.New(ctx, params)
		if err != nil {
			return "", err
		}
		if len(reply.Choices) == 0 {
			return "", errors.New("the endpoint gave no answer")
		}
		if reply.Choices[0].FinishReason == "length" {
			return "", errCut
		}
		return reply.Choices[0].Message.Content, nil
	}
}

// errCut is a reply that did not fit: half an edit must not be made.
var errCut = errors.New("the reply was cut off")

// Prompt goes back and forth until a reply asks for nothing more and all its edits fit.
func (d *direct) Prompt(ctx context.Context, text string) (Turn, error) {
	if len(d.talk) == 0 {
		text += "\n\n" + d.listing()
	}
	for range maxExchanges {
		d.talk = append(d.talk, message{"user", text})
		reply, err := d.ask(ctx, d.model, d.talk)
		if ctx.Err() != nil {
			return Turn{Stop: "cancelled"}, context.Cause(ctx)
		}
		if errors.Is(err, errCut) {
			d.talk = append(d.talk, message{"assistant", "(cut off)"})
			text = "The reply was cut off, and nothing of it was done. Make it shorter."
			continue
		}
		if err != nil {
			return Turn{}, fault.Environmentf("the endpoint does not answer").Because(errors.New(d.hidden(err.Error())))
		}
		d.talk = append(d.talk, message{"assistant", reply})
		if text = d.serve(reply); text == "" {
			return Turn{Said: cut(reply, maxSaidBytes), Stop: "end_turn"}, nil
		}
	}
	return Turn{Stop: "max_turn_requests"}, nil
}

// hidden takes the key out of a text.
func (d *direct) hidden(text string) string { return strings.ReplaceAll(text, d.hide, "[key]") }

// serve does what a reply asks for, and says what came of it; empty when nothing is left to say.
func (d *direct) serve(reply string) string {
	req, err := readRequest(reply)
	if err != nil {
		return err.Error() + "; nothing of this reply was done."
	}
	var b strings.Builder
	for _, e := range req.edits {
		err := d.edit(e)
		d.note("edit %s", e.path)
		if err != nil {
			fmt.Fprintf(&b, "The edit of %s was not made: %v.\n", e.path, err)
		}
	}
	for _, path := range req.reads {
		d.note("read %s", path)
		text, err := d.files.read(path)
		if err != nil {
			fmt.Fprintf(&b, "%s cannot be read: %v.\n", path, err)
			continue
		}
		fmt.Fprintf(&b, "%s:\n%s\n", path, text)
	}
	return b.String()
}

func (d *direct) edit(e fileEdit) error {
	if d.allow == PermitNone {
		return errors.New("edits are not permitted")
	}
	return e.apply(d.files)
}

func (d *direct) note(format string, args ...any) {
	if d.out != nil {
		fmt.Fprintf(d.out, "  agent: "+format+"\n", args...)
	}
}

// listing names the files of the project.
func (d *direct) listing() string {
	names := d.files.names(maxListed)
	return "Files of the project:\n" + strings.Join(names, "\n")
}

// Session is the conversation itself; the endpoint keeps nothing.
func (d *direct) Session() string {
	text, err := json.Marshal(d.talk)
	if err != nil || len(text) > maxTalkBytes || strings.Contains(string(text), d.hide) {
		return ""
	}
	return string(text)
}

func (d *direct) Close() error { return d.files.tree.Close() }
