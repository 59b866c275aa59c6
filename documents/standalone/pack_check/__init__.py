"""Check an audit pack, or one disclosed fact, on any computer: trusting nobody, needing nothing but Python.

    python3 verify.py [pack.zip | FOLDER | disclosure.json] [--key PUBLIC_KEY] [--pinned NOTE] [--lang zh] [--json]

Without a name it checks the folder it lies in. Needs Python 3.9 or newer, and shares no code with the program that
made the pack but what both need to write the same plan and ledger. Exit code 0: all is well. 1: something is not, each
in a sentence. 2: the command line is not understood.

What is done. Every file is there as it was packed, under a name that leads nowhere else. Every fact's leaf is worked
out from its index, name, tags, moment, salt and bytes, and from the leaves the root at every checkpoint (RFC 9162);
each checkpoint is signed (Ed25519, RFC 8032) by the key the facts name for its time, and every change of keys by the
old key and the new. So nothing before a checkpoint was altered, added, dropped or moved since it was signed: provided
that the key, or a checkpoint, is known from elsewhere (--key, --pinned; a higher office's co-signature says when). From
the facts alone are made anew and compared: the policies, the plans with their hashes, the registers they were computed
from, the ledger. The certificates, which prove that no plan is better by more than the stated gap, are worked out as
verify_certificate.py does.

What is not looked at: whether what was recorded was true.
"""
