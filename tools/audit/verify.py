#!/usr/bin/env python3
"""Verifies an export of the log of Elves: python3 verify.py FILE [--key FILE]... [--head FILE]...

Needs nothing but Python 3.8 and this file, and asks nobody. FILE is what `npm run audit -- export` or GET /audit/export wrote
(ndjson or csv). A --key file has public keys, one a line; a --head file has heads that somebody kept, one a line. Exit code: 0 the
log is what was signed, 1 it is not, 2 the files can not be read. ADR 0110 of Elves describes what is hashed and signed.
"""
import base64
import csv
import hashlib
import json
import re
import sys

# Ed25519, after the sample code of RFC 8032, section 6. It is slow, and is used for a few signatures only.
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)


def add(a, b):
    a_, b_ = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = b_ - a_, d - c, d + c, b_ + a_
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def decompress(data):
    y = int.from_bytes(data, 'little')
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * I % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y, 1, (P - x if x & 1 != sign else x) * y % P


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, 'little'))


def is_signed(key, message, signature):
    point, r = (decompress(key), decompress(signature[:32])) if len(key) == 32 and len(signature) == 64 else (None, None)
    s = int.from_bytes(signature[32:], 'little')
    if not point or not r or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), 'little') % Q
    a, b = multiply(s, BASE), add(r, multiply(h, point))
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def base64url(text):
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))


def key_id(key):
    return hashlib.sha256(base64url(key)).hexdigest()[:16]


def is_head_signed(head, key):
    statement = 'elves log head\n%s\n%d\n%s\n%d\n' % (head['logId'], head['size'], head['rootHash'], head['signedAt'])
    return head['keyId'] == key_id(key) and is_signed(base64url(key), statement.encode(), base64url(head['signature']))


# The tree: RFC 9162, section 2.1.
def leaf_hash(text):
    return hashlib.sha256(b'\0' + text.encode()).digest()


def node_hash(left, right):
    return hashlib.sha256(b'\1' + left + right).digest()


def parts_between(first, size):
    heights = []
    while first < size:
        height = 0
        while first % 2 ** (height + 1) == 0 and first + 2 ** (height + 1) <= size:
            height += 1
        heights.append(height)
        first += 2**height
    return heights


def root_of(nodes):
    """The root over complete subtrees, each (height, hash), in the order of their leaves."""
    merged = []
    for height, node in nodes:
        while merged and merged[-1][0] == height:
            node, height = node_hash(merged.pop()[1], node), height + 1
        merged.append((height, node))
    if not merged:
        return hashlib.sha256(b'').digest()
    root = merged.pop()[1]
    while merged:
        root = node_hash(merged.pop()[1], root)
    return root


def root_by_path(leaf, index, size, path):
    if size == 1:
        return None if path else leaf
    if not path or index >= size:
        return None
    left = 1 << (size - 1).bit_length() - 1
    if index < left:
        root = root_by_path(leaf, index, left, path[:-1])
        return root and node_hash(root, path[-1])
    root = root_by_path(leaf, index - left, size - left, path[:-1])
    return root and node_hash(path[-1], root)


EVENT_LINE = re.compile(r'\{"index":(\d{1,16}),"leaf":(?:null|"([0-9a-f]{64})"),"treeId":(?:null|"([0-9a-f]{8})"),"event":(\{.*\})\}', re.S | re.A)
SEQUENCE = re.compile(r'\{"position":(\d{1,16}),', re.A)
ID = re.compile(r'\{"position":\d+,"id":"([0-9a-f]{8})', re.A)
# How a leaf has a large text: in place of the text, or as ageing out of a task's output leaves it.
LARGE = re.compile(r'\{"sha256":"([0-9a-f]{64})","byteCount":\d+\}|[:,\[]"\[aged out: \d+ bytes, SHA-256 ([0-9a-f]{64})\]"(?!:)', re.A)
TOLD = re.compile(r'\{"position":(\d+),"id":"([^"]{1,36})","stream":"([^"]{1,512})","version":(\d+),"type":"(\w{1,80})"', re.A)
READABLE = ['position', 'recordedAt', 'type', 'stream', 'version', 'actorKind', 'actorId', 'actorName', 'correlationId', 'causationId']
CSV_HEAD = ','.join(['kind', 'index', 'leaf', 'treeId'] + READABLE + ['content'])


def read_other(text):
    try:
        record = json.loads(text)
    except ValueError:
        record = None
    return record if isinstance(record, dict) and len(record) == 1 and 'event' not in record else None


def read_ndjson(line):
    match = EVENT_LINE.fullmatch(line)
    if match:
        return {'event': (int(match[1]), match[2], match[3], match[4])}
    return read_other(line)


def read_csv(line):
    row = next(csv.reader([line]), [])
    if len(row) != len(READABLE) + 5:
        return None
    if row[0] != 'event':
        return read_other(row[-1]) if row[0] == 'other' and not any(row[1:-1]) else None
    try:
        event = json.loads(row[-1])
        context = event['context']
        actor = context['actor']
        said = [event['position'], event['recordedAt'], event['type'], event['stream'], event['version']]
        said += [actor['kind'], actor['id'], actor['name'] or '', context['correlationId'], context['causationId'] or '']
    except (ValueError, KeyError, TypeError):
        return None
    said[1] = instant(said[1])
    if [str(one) for one in said] != row[4:-1] or not re.fullmatch(r'\d{1,16}', row[1], re.A):
        return None
    return {'event': (int(row[1]), row[2] or None, row[3] or None, row[-1])}


def instant(ms):
    import datetime
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms)
    return at.strftime('%Y-%m-%dT%H:%M:%S.') + '%03dZ' % (ms % 1000)


def id_start(text):
    return (ID.match(text) or ('', ''))[1]


def told(text):
    match = TOLD.match(text)
    return 'position %s, %s of %s, version %s, id %s' % (match[1], match[5], match[3], match[4], match[2]) if match else 'its text is none of an event'


# A file may have any JSON: True is the number 1 for Python, and no count of events.
def is_count(value):
    return type(value) is int and 0 <= value < 2**53


def are_hashes(values):
    return isinstance(values, list) and all(isinstance(one, str) and re.fullmatch(r'[0-9a-f]{64}', one) for one in values)


def is_header(header):
    first, following = header['first'], header['next']
    is_span = is_count(first) and is_count(following) and first <= following
    return header['format'] == 1 and is_span and are_hashes(header['left']) and len(header['left']) == len(parts_between(0, first))


def is_closing_head(head):
    texts = [head['logId'], head['rootHash'], head['keyId'], head['signature'], head['publicKey']]
    return all(isinstance(one, str) for one in texts) and is_count(head['size']) and is_count(head['signedAt']) and are_hashes(head['right'])


class Check:
    def __init__(self, keys, heads):
        self.keys, self.heads = keys, heads
        self.roots = {head['size']: None for head in heads}
        self.findings, self.read, self.header, self.closing = [], None, None, None
        # What the export says that went, by the event that is said to have had it go: what it says, the first index, the largest sequence.
        self.claims, self.ageings, self.looks_aged = {}, [], set()
        self.is_ended, self.events, self.expected, self.proven = False, 0, 0, 0
        self.size, self.nodes, self.doubtful, self.gap, self.last_text, self.last_index, self.owed = 0, [], None, None, '', -1, set()

    def find(self, kind, index, text):
        if len(self.findings) < 20:
            self.findings.append((kind, index, text))

    def line(self, line):
        if self.read is None:
            self.read = read_csv if line == CSV_HEAD else read_ndjson
            if line == CSV_HEAD:
                return
        record = self.read(line)
        kind = next(iter(record or ()), None)
        if self.is_ended or kind not in ('event', 'export', 'value', 'ageing', 'head', 'closingHead', 'end'):
            return self.find('UNREADABLE', None, 'something follows the end' if self.is_ended else 'the line after event %d is none of an export' % self.last_index)
        # Only what stands between the header and the closing head is compared with that head.
        if not (kind == 'end' if self.closing else self.header or kind == 'export'):
            return self.find('UNREADABLE', None, 'the line after event %d stands where an export has none like it' % self.last_index)
        try:
            getattr(self, kind + '_line')(record[kind])
        except (KeyError, TypeError, ValueError, AttributeError):
            self.find('UNREADABLE', None, 'the line after event %d is none of an export' % self.last_index)

    def export_line(self, header):
        if self.header or not is_header(header):
            return self.find('UNREADABLE', None, 'an export begins within another' if self.header else 'the beginning is none of an export')
        self.header, self.expected, self.proven, self.size = header, header['first'], header['first'], header['first']
        self.nodes = [(height, bytes.fromhex(node)) for height, node in zip(parts_between(0, self.size), header['left'])]
        self.note_root()

    def event_line(self, line):
        self.settle_doubt(line)
        index, leaf, tree_id, text = line
        large = LARGE.findall(text)
        self.owed = {one or other for one, other in large}
        # A worker may have printed a text that says just that.
        self.looks_aged = {other for _, other in large} - {one for one, _ in large}
        self.events, self.last_index, self.last_text = self.events + 1, index, text
        if leaf is None:
            return self.find('INSERTED', index, 'the tree has no such event: ' + told(text))
        if index > self.expected:
            count = index - self.expected
            self.find('REMOVED', self.expected, '%s missing before %s' % ('the event is' if count == 1 else '%d events are' % count, told(text)))
            self.gap = self.gap or (len(self.findings) - 1, self.expected, index)
        elif index < self.expected:
            return self.find_behind(index, text)
        self.expected = index + 1
        if leaf_hash(text).hex() != leaf:
            if id_start(text) == tree_id:
                self.find('CHANGED', index, 'its content is not what the tree has: ' + told(text))
            else:
                self.doubtful = line
        if self.size == index:
            node, height = bytes.fromhex(leaf), 0
            while self.nodes and self.nodes[-1][0] == height:
                node, height = node_hash(self.nodes.pop()[1], node), height + 1
            self.nodes.append((height, node))
            self.size += 1
        self.note_root()

    def find_behind(self, index, text):
        if self.gap and self.gap[1] <= index < self.gap[2]:
            self.findings[self.gap[0]] = ('REORDERED', index, 'it stands behind event %d: %s' % (self.expected - 1, told(text)))
        else:
            self.find('INSERTED', index, 'it is there twice: ' + told(text))

    def settle_doubt(self, following):
        if self.owed:
            self.find('CHANGED', self.last_index, 'a large text of it is neither here nor said to be aged out')
        self.owed = set()
        line, self.doubtful = self.doubtful, None
        if not line or self.findings:
            return
        index, _, tree_id, text = line
        own, next_id, next_tree = id_start(text), following and id_start(following[3]), following and following[2]
        is_next_missing = following[0] > index + 1 if following else index + 1 < (self.header or {'next': 0})['next']
        if following and next_id == tree_id and own == next_tree:
            self.find('REORDERED', index, "it and the next one stand in each other's place: " + told(text))
        elif is_next_missing or (following and own == next_tree):
            self.find('REMOVED', index, 'the event whose id begins with %s is missing before %s' % (tree_id, told(text)))
        elif following and (following[0] == index or next_id == tree_id):
            self.find('INSERTED', index, 'the tree has no such event: ' + told(text))
        else:
            self.find('CHANGED', index, 'another event stands in its place: ' + told(text))

    def value_line(self, value):
        sha256, text = value['sha256'], value['text']
        self.owed.discard(sha256)
        is_of_event = re.fullmatch(r'[0-9a-f]{64}', sha256) and sha256 in self.last_text
        if not is_of_event or (text is not None and hashlib.sha256(text.encode()).hexdigest() != sha256):
            self.find('CHANGED', self.last_index, 'a large text is not the one that its event has the hash of')
        elif text is None and (value.get('aged') or sha256 not in self.looks_aged):
            self.claim(value.get('aged'))

    def claim(self, aged):
        if not isinstance(aged, dict) or not (isinstance(aged.get('event'), str) and is_count(aged.get('at')) and isinstance(aged.get('rule'), str)):
            return self.find('CHANGED', self.last_index, 'a large text of it is not here, and no event is named by which it was aged out')
        sequence = int((SEQUENCE.match(self.last_text) or ('', '0'))[1])
        said = (aged['at'], aged['rule'])
        known, first, through = self.claims.setdefault(aged['event'], (said, self.last_index, sequence))
        if known != said:
            return self.find('CHANGED', self.last_index, 'a large text of it is said to be aged out otherwise than another by the same event')
        self.claims[aged['event']] = (known, first, max(through, sequence))

    def ageing_line(self, proof):
        if not (is_count(proof['index']) and isinstance(proof['event'], str) and are_hashes(proof['path'])) or len(self.ageings) >= len(self.claims):
            raise ValueError
        self.ageings.append(proof)

    def settle_claims(self, head):
        for proof in self.ageings:
            index, text = proof['index'], proof['event']
            root = root_by_path(leaf_hash(text), index, head['size'], [bytes.fromhex(node) for node in proof['path']])
            event = json.loads(text) if root and root.hex() == head['rootHash'] else None
            is_said = event and event['type'] == 'ValuesAgedOut'
            claim = self.claims.pop(event['id'], None) if is_said else None
            if not claim:
                self.find('FORGED', index, 'the log has no such event by which large texts were aged out')
                continue
            said, first, through = claim
            if said != (event['recordedAt'], event['data']['rule']) or through > event['data']['through']:
                self.find('CHANGED', first, 'a large text of it or of a later event was not aged out as the export says: ' + told(text))
        for event_id, (_, first, _) in self.claims.items():
            self.find('NOT_COVERED', first, 'a large text of it is said to be aged out by event %s, which the head does not cover: export again' % event_id)
        self.claims = {}

    def head_line(self, head, right=()):
        self.settle_doubt(None)
        if self.findings:
            return
        heights = parts_between(self.size, head['size'])
        if len(heights) != len(right):
            return self.find('CUT', self.expected, 'a head covers %d events, and %d are before it' % (head['size'], self.size))
        if root_of(self.nodes + [(height, bytes.fromhex(node)) for height, node in zip(heights, right)]).hex() == head['rootHash']:
            self.proven = self.size
        elif not is_head_signed(head, head['publicKey']):
            self.find('SIGNATURE', None, "the head of %d events does not bear its own key's signature" % head['size'])
        else:
            self.find('FORGED', self.proven, 'events %d to %d are not all those that the head of %d events covers' % (self.proven, self.size - 1, head['size']))

    def closingHead_line(self, head):
        self.settle_doubt(None)
        until = self.header['next'] if self.header else 0
        if not self.findings and self.expected < until:
            self.find('CUT', self.expected, 'the events end with %d, and should end with %d' % (self.expected - 1, until - 1))
        if not is_closing_head(head):
            raise ValueError
        self.closing = head
        self.head_line(head, head['right'])
        if not self.findings:
            self.settle_claims(head)
        if head['logId'] != self.header['logId']:
            self.find('REPLACED', None, 'the head is of log %s, and the export says that it is of another' % head['logId'])
        elif not self.findings and self.expected > until:
            self.find('UNREADABLE', None, 'the export says that its events end with %d, and they end with %d' % (until - 1, self.expected - 1))

    def end_line(self, end):
        self.is_ended = True
        if not self.findings and end['events'] != self.events:
            self.find('CUT', self.expected, '%d events are here, and were %d' % (self.events, end['events']))

    def note_root(self):
        if self.size in self.roots and self.size == self.expected:
            self.roots[self.size] = root_of(self.nodes).hex()

    def verdict(self):
        self.settle_doubt(None)
        if not self.is_ended or not self.closing or not self.header:
            self.find('CUT', self.expected, 'the file ends before its end')
        given = self.keys or [head['publicKey'] for head in self.heads if 'publicKey' in head]
        self.is_own_key = not given
        keys = given or ([self.closing['publicKey']] if self.closing else [])
        if self.closing:
            self.check_signature(self.closing, keys)
        for head in self.heads:
            self.check_earlier(head, keys)

    def check_signature(self, head, keys):
        key = next((one for one in keys if key_id(one) == head['keyId']), None)
        if key is None:
            self.find('OTHER_KEY', None, 'the head of %d events is signed by key %s, which is not trusted' % (head['size'], head['keyId']))
        elif not is_head_signed(head, key):
            self.find('SIGNATURE', None, 'the head of %d events is not signed by key %s' % (head['size'], head['keyId']))
        else:
            return True
        return False

    def check_earlier(self, earlier, keys):
        if not self.check_signature(earlier, keys) or not self.closing:
            return
        size, now = earlier['size'], self.closing['size']
        root = self.closing['rootHash'] if size == now else self.roots.get(size)
        if size > now:
            self.find('CUT', now, 'the log had %d events when an earlier head was made, and has %d' % (size, now))
        elif root and root != earlier['rootHash']:
            self.find('REPLACED', None, 'the log is not the one that the earlier head of %d events covers' % size)
        elif not root and not self.findings:
            self.find('NOT_COVERED', None, 'an earlier head covers %d events, which this part of the log does not show: export from the beginning' % size)


def report(check):
    lines = ['%s%s: %s' % (kind, '' if index is None else ' %d' % index, text) for kind, index, text in check.findings]
    if not check.findings:
        header, head = check.header, check.closing
        span = 'no event' if check.events == 0 else 'events %d to %d' % (header['first'], header['next'] - 1)
        lines.append('OK: %s of log %s are what key %s signed at %s, in a head of %d events' % (span, header['logId'], head['keyId'], instant(head['signedAt']), head['size']))
        if check.is_own_key:
            lines.append('Nobody named a key: the one in the file was used, so this only says that the file fits itself. Its public key: ' + head['publicKey'])
    return '\n'.join(lines)


def main(args):
    csv.field_size_limit(2**31 - 1)
    if not args or '--help' in args:
        sys.exit(__doc__)
    keys, heads = [], []
    for name, path in zip(args[1::2], args[2::2]):
        with open(path, encoding='utf-8') as file:
            lines = [line.strip() for line in file if line.strip()]
        # A crash while a head was written leaves the beginning of its line; the head follows as a whole.
        lines = [line for line in lines if not line.startswith('{') or line.endswith('}')]
        if not lines:
            raise ValueError('%s: it has no whole line' % path)
        if name == '--key':
            keys += lines
        elif name == '--head':
            heads += [json.loads(line) for line in lines]
        else:
            sys.exit(__doc__)
    check = Check(keys, heads)
    with open(args[0], encoding='utf-8', newline='\n') as file:
        for line in file:
            check.line(line.rstrip('\n'))
    check.verdict()
    print(report(check))
    return 1 if check.findings else 0


if __name__ == '__main__':
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write('the files can not be read: %s\n' % error)
        sys.exit(2)
