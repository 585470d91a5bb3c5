package chat_test

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec/reference/chat"
)

func TestRegisterAtOnce(t *testing.T) {
	s := newState(chat.Limits{})
	var succeeded atomic.Int64
	var clients sync.WaitGroup
	for i := range 16 {
		clients.Go(func() {
			password := fmt.Sprint(i)
			if s.Register("budi", password) == nil {
				succeeded.Add(1)
				if err := s.Authenticate("budi", password); err != nil {
					t.Error(err)
				}
			}
		})
	}
	clients.Wait()
	require.EqualValues(t, 1, succeeded.Load())
}

func TestDeliverAtOnce(t *testing.T) {
	const clients, messages = 16, 100
	s := newState(chat.Limits{})
	require.NoError(t, s.Register("siti", "x"))
	var senders sync.WaitGroup
	for i := range clients {
		senders.Go(func() {
			for j := range messages {
				if err := s.Deliver(chat.Message{From: fmt.Sprint(i), Text: fmt.Sprint(j)}, "siti"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	senders.Wait()
	next := make(map[string]int)
	for _, m := range s.Take("siti") {
		require.Equal(t, fmt.Sprint(next[m.From]), m.Text, "order of %s", m.From)
		next[m.From]++
	}
	require.Len(t, next, clients)
	for _, n := range next {
		require.Equal(t, messages, n)
	}
}

func TestSetPassword(t *testing.T) {
	s := newState(chat.Limits{})
	require.ErrorIs(t, s.SetPassword("budi", "x"), chat.ErrUserUnknown)
	require.NoError(t, s.Register("budi", "lama"))
	require.NoError(t, s.SetPassword("budi", "baru"))
	require.ErrorIs(t, s.Authenticate("budi", "lama"), chat.ErrLogin)
	require.NoError(t, s.Authenticate("budi", "baru"))
}

func TestPasswordIsNotKept(t *testing.T) {
	s := newState(chat.Limits{})
	require.NoError(t, s.Register("budi", "rahasia"))
	require.NotContains(t, fmt.Sprintf("%+v", s), "rahasia")
}

func TestPeekLeavesTheMail(t *testing.T) {
	s := newState(chat.Limits{})
	require.NoError(t, s.Register("siti", "x"))
	require.Empty(t, s.Peek("siti"))
	require.Empty(t, s.Peek("wati"))
	require.Empty(t, s.Take("wati"))
	require.NoError(t, s.Deliver(chat.Message{Text: "a"}, "siti"))
	require.Len(t, s.Peek("siti"), 1)
	require.Len(t, s.Take("siti"), 1)
	require.Empty(t, s.Peek("siti"))
}

func TestLimits(t *testing.T) {
	s := newState(chat.Limits{Users: 3, Groups: 1, Members: 2, Servers: 1, Mailbox: 2, MailboxBytes: 1200, MailBytes: 1500})
	for _, user := range []string{"budi", "siti", "tono"} {
		require.NoError(t, s.Register(user, "x"))
	}
	require.True(t, s.HasUser("budi"))
	require.ErrorIs(t, s.Register("wati", "x"), chat.ErrFull)
	require.False(t, s.HasUser("wati"))

	require.ErrorIs(t, s.CreateGroup("g", []string{"budi", "siti", "tono"}), chat.ErrGroupLarge)
	require.ErrorIs(t, s.CreateGroup("g", nil), chat.ErrGroupEmpty)
	require.NoError(t, s.CreateGroup("g", []string{"budi", "siti"}))
	require.ErrorIs(t, s.CreateGroup("h", []string{"budi"}), chat.ErrFull)
	require.Equal(t, []string{"budi", "siti"}, s.Members("g"))
	require.Nil(t, s.Members("h"))

	_, err := s.AddServer(chat.Server{ID: "b", Addr: netip.MustParseAddrPort("127.0.0.1:1")}, "budi")
	require.NoError(t, err)
	_, err = s.AddServer(chat.Server{ID: "c", Addr: netip.MustParseAddrPort("127.0.0.1:1")}, "budi")
	require.ErrorIs(t, err, chat.ErrFull)

	large := chat.Message{Text: strings.Repeat("x", 800)}
	require.NoError(t, s.Deliver(large, "budi"))
	require.ErrorIs(t, s.Deliver(large, "budi"), chat.ErrMailbox, "too many bytes")
	require.ErrorIs(t, s.Deliver(large, "siti"), chat.ErrFull, "too many bytes in all")
	require.NoError(t, s.Deliver(chat.Message{Text: "x"}, "budi"))
	require.ErrorIs(t, s.Deliver(chat.Message{Text: "x"}, "budi"), chat.ErrMailbox, "too many messages")

	require.ErrorIs(t, s.Deliver(chat.Message{Text: "x"}, s.Members("g")...), chat.ErrMailbox)
	require.Empty(t, s.Peek("siti"), "what one member cannot take, none gets")

	require.Len(t, s.Take("budi"), 2)
	require.NoError(t, s.Deliver(large, "siti"), "reading makes room")
}

func TestServerName(t *testing.T) {
	s := newState(chat.Limits{})
	here, there := netip.MustParseAddrPort("127.0.0.1:1"), netip.MustParseAddrPort("127.0.0.1:2")
	require.Equal(t, "127.0.0.1:1", s.ServerName(here))

	for _, id := range []string{"z", "a", "m"} {
		_, err := s.AddServer(chat.Server{ID: id, Addr: here}, "budi")
		require.NoError(t, err)
	}
	require.Equal(t, "z", s.ServerName(here), "the first name stays")

	replaced, err := s.AddServer(chat.Server{ID: "z", Addr: there}, "budi")
	require.NoError(t, err)
	require.Equal(t, here, replaced)
	require.Equal(t, "a", s.ServerName(here))
	require.Equal(t, "z", s.ServerName(there))

	_, err = s.AddServer(chat.Server{ID: "z", Addr: here}, "siti")
	require.ErrorIs(t, err, chat.ErrServerTaken, "only who added it may move it")
	_, err = s.Server("q")
	require.ErrorIs(t, err, chat.ErrServerUnknown)
}
