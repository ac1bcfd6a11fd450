// Made by npm run contracts:build; do not edit.
export const lucidAnchors = {
  "contractName": "LucidAnchors",
  "compiler": "0.8.26+commit.8a97fa7a.Emscripten.clang",
  "abi": [
    {
      "inputs": [
        {
          "internalType": "contract ILucidChunkStore",
          "name": "chunkStore",
          "type": "address"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "constructor"
    },
    {
      "inputs": [],
      "name": "BadSignature",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint32",
          "name": "given",
          "type": "uint32"
        },
        {
          "internalType": "uint32",
          "name": "anchored",
          "type": "uint32"
        }
      ],
      "name": "ChunkCountMismatch",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "InvalidShortString",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "given",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "anchored",
          "type": "bytes32"
        }
      ],
      "name": "MerkleRootMismatch",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "NoChunks",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "caller",
          "type": "address"
        },
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        }
      ],
      "name": "NotOwner",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "limit",
          "type": "uint256"
        }
      ],
      "name": "PageTooLarge",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint64",
          "name": "paidUntil",
          "type": "uint64"
        }
      ],
      "name": "RetentionEnded",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "paid",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "most",
          "type": "uint256"
        }
      ],
      "name": "RetentionTooLong",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "paid",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "required",
          "type": "uint256"
        }
      ],
      "name": "RetentionTooShort",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "merkleRoot",
          "type": "bytes32"
        },
        {
          "internalType": "uint32",
          "name": "number",
          "type": "uint32"
        }
      ],
      "name": "RootExists",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        },
        {
          "internalType": "uint32",
          "name": "number",
          "type": "uint32"
        }
      ],
      "name": "SessionExists",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint64",
          "name": "deadline",
          "type": "uint64"
        }
      ],
      "name": "SignatureExpired",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "string",
          "name": "str",
          "type": "string"
        }
      ],
      "name": "StringTooLong",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint64",
          "name": "chunk",
          "type": "uint64"
        }
      ],
      "name": "UnknownChunk",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint32",
          "name": "number",
          "type": "uint32"
        }
      ],
      "name": "UnknownNumber",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        }
      ],
      "name": "UnknownSession",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "ZeroHash",
      "type": "error"
    },
    {
      "anonymous": false,
      "inputs": [],
      "name": "EIP712DomainChanged",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": false,
          "internalType": "uint32",
          "name": "firstNumber",
          "type": "uint32"
        },
        {
          "indexed": false,
          "internalType": "uint64",
          "name": "firstChunk",
          "type": "uint64"
        }
      ],
      "name": "RangeAdvanced",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "address",
          "name": "payer",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "paid",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "uint64",
          "name": "paidUntil",
          "type": "uint64"
        }
      ],
      "name": "RetentionPaid",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        },
        {
          "indexed": true,
          "internalType": "bytes32",
          "name": "merkleRoot",
          "type": "bytes32"
        },
        {
          "indexed": false,
          "internalType": "uint32",
          "name": "number",
          "type": "uint32"
        },
        {
          "indexed": false,
          "internalType": "bytes32",
          "name": "manifestHash",
          "type": "bytes32"
        },
        {
          "indexed": false,
          "internalType": "uint64",
          "name": "startedAt",
          "type": "uint64"
        },
        {
          "indexed": false,
          "internalType": "uint32",
          "name": "chunkCount",
          "type": "uint32"
        },
        {
          "indexed": false,
          "internalType": "uint64",
          "name": "firstChunk",
          "type": "uint64"
        },
        {
          "indexed": false,
          "internalType": "uint64",
          "name": "paidUntil",
          "type": "uint64"
        }
      ],
      "name": "SessionRegistered",
      "type": "event"
    },
    {
      "inputs": [],
      "name": "CHUNK_STORE",
      "outputs": [
        {
          "internalType": "contract ILucidChunkStore",
          "name": "",
          "type": "address"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "DOMAIN_SEPARATOR",
      "outputs": [
        {
          "internalType": "bytes32",
          "name": "",
          "type": "bytes32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "FEE_PER_CHUNK_DAY",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "LEAF_SIZE",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "MAX_PAGE",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "MAX_RETENTION_DAYS",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "MIN_RETENTION_DAYS",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "REGISTER_SESSION_TYPEHASH",
      "outputs": [
        {
          "internalType": "bytes32",
          "name": "",
          "type": "bytes32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "RENEWAL_GRACE",
      "outputs": [
        {
          "internalType": "uint64",
          "name": "",
          "type": "uint64"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "challengeRange",
      "outputs": [
        {
          "internalType": "uint32",
          "name": "firstNumber",
          "type": "uint32"
        },
        {
          "internalType": "uint32",
          "name": "lastNumber",
          "type": "uint32"
        },
        {
          "internalType": "uint64",
          "name": "firstChunk",
          "type": "uint64"
        },
        {
          "internalType": "uint64",
          "name": "endChunk",
          "type": "uint64"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint64",
          "name": "chunk",
          "type": "uint64"
        }
      ],
      "name": "chunkAt",
      "outputs": [
        {
          "internalType": "uint32",
          "name": "number",
          "type": "uint32"
        },
        {
          "internalType": "uint32",
          "name": "index",
          "type": "uint32"
        },
        {
          "internalType": "bool",
          "name": "paidUp",
          "type": "bool"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "eip712Domain",
      "outputs": [
        {
          "internalType": "bytes1",
          "name": "fields",
          "type": "bytes1"
        },
        {
          "internalType": "string",
          "name": "name",
          "type": "string"
        },
        {
          "internalType": "string",
          "name": "version",
          "type": "string"
        },
        {
          "internalType": "uint256",
          "name": "chainId",
          "type": "uint256"
        },
        {
          "internalType": "address",
          "name": "verifyingContract",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "salt",
          "type": "bytes32"
        },
        {
          "internalType": "uint256[]",
          "name": "extensions",
          "type": "uint256[]"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "merkleRoot",
          "type": "bytes32"
        }
      ],
      "name": "numberOfRoot",
      "outputs": [
        {
          "internalType": "uint32",
          "name": "",
          "type": "uint32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint32",
          "name": "chunkCount",
          "type": "uint32"
        },
        {
          "internalType": "uint256",
          "name": "retentionDays",
          "type": "uint256"
        }
      ],
      "name": "priceOf",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "pure",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "manifestHash",
          "type": "bytes32"
        },
        {
          "internalType": "uint64",
          "name": "startedAt",
          "type": "uint64"
        },
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "merkleRoot",
          "type": "bytes32"
        },
        {
          "internalType": "uint32",
          "name": "chunkCount",
          "type": "uint32"
        }
      ],
      "name": "registerSession",
      "outputs": [],
      "stateMutability": "payable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32",
          "name": "manifestHash",
          "type": "bytes32"
        },
        {
          "internalType": "uint64",
          "name": "startedAt",
          "type": "uint64"
        },
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "merkleRoot",
          "type": "bytes32"
        },
        {
          "internalType": "uint32",
          "name": "chunkCount",
          "type": "uint32"
        },
        {
          "internalType": "uint64",
          "name": "deadline",
          "type": "uint64"
        },
        {
          "internalType": "bytes",
          "name": "signature",
          "type": "bytes"
        }
      ],
      "name": "registerSessionFor",
      "outputs": [],
      "stateMutability": "payable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        }
      ],
      "name": "renew",
      "outputs": [],
      "stateMutability": "payable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        }
      ],
      "name": "session",
      "outputs": [
        {
          "components": [
            {
              "internalType": "uint32",
              "name": "number",
              "type": "uint32"
            },
            {
              "internalType": "address",
              "name": "owner",
              "type": "address"
            },
            {
              "internalType": "bytes32",
              "name": "sessionId",
              "type": "bytes32"
            },
            {
              "internalType": "bytes32",
              "name": "manifestHash",
              "type": "bytes32"
            },
            {
              "internalType": "bytes32",
              "name": "merkleRoot",
              "type": "bytes32"
            },
            {
              "internalType": "uint32",
              "name": "chunkCount",
              "type": "uint32"
            },
            {
              "internalType": "uint64",
              "name": "startedAt",
              "type": "uint64"
            },
            {
              "internalType": "uint64",
              "name": "registeredAt",
              "type": "uint64"
            },
            {
              "internalType": "uint64",
              "name": "paidUntil",
              "type": "uint64"
            },
            {
              "internalType": "uint64",
              "name": "firstChunk",
              "type": "uint64"
            }
          ],
          "internalType": "struct ILucidAnchors.Session",
          "name": "",
          "type": "tuple"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint32",
          "name": "number",
          "type": "uint32"
        }
      ],
      "name": "sessionByNumber",
      "outputs": [
        {
          "components": [
            {
              "internalType": "uint32",
              "name": "number",
              "type": "uint32"
            },
            {
              "internalType": "address",
              "name": "owner",
              "type": "address"
            },
            {
              "internalType": "bytes32",
              "name": "sessionId",
              "type": "bytes32"
            },
            {
              "internalType": "bytes32",
              "name": "manifestHash",
              "type": "bytes32"
            },
            {
              "internalType": "bytes32",
              "name": "merkleRoot",
              "type": "bytes32"
            },
            {
              "internalType": "uint32",
              "name": "chunkCount",
              "type": "uint32"
            },
            {
              "internalType": "uint64",
              "name": "startedAt",
              "type": "uint64"
            },
            {
              "internalType": "uint64",
              "name": "registeredAt",
              "type": "uint64"
            },
            {
              "internalType": "uint64",
              "name": "paidUntil",
              "type": "uint64"
            },
            {
              "internalType": "uint64",
              "name": "firstChunk",
              "type": "uint64"
            }
          ],
          "internalType": "struct ILucidAnchors.Session",
          "name": "",
          "type": "tuple"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "sessionCount",
      "outputs": [
        {
          "internalType": "uint32",
          "name": "",
          "type": "uint32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        }
      ],
      "name": "sessionCountOf",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "offset",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "limit",
          "type": "uint256"
        }
      ],
      "name": "sessionsOf",
      "outputs": [
        {
          "components": [
            {
              "internalType": "uint32",
              "name": "number",
              "type": "uint32"
            },
            {
              "internalType": "address",
              "name": "owner",
              "type": "address"
            },
            {
              "internalType": "bytes32",
              "name": "sessionId",
              "type": "bytes32"
            },
            {
              "internalType": "bytes32",
              "name": "manifestHash",
              "type": "bytes32"
            },
            {
              "internalType": "bytes32",
              "name": "merkleRoot",
              "type": "bytes32"
            },
            {
              "internalType": "uint32",
              "name": "chunkCount",
              "type": "uint32"
            },
            {
              "internalType": "uint64",
              "name": "startedAt",
              "type": "uint64"
            },
            {
              "internalType": "uint64",
              "name": "registeredAt",
              "type": "uint64"
            },
            {
              "internalType": "uint64",
              "name": "paidUntil",
              "type": "uint64"
            },
            {
              "internalType": "uint64",
              "name": "firstChunk",
              "type": "uint64"
            }
          ],
          "internalType": "struct ILucidAnchors.Session[]",
          "name": "page",
          "type": "tuple[]"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "most",
          "type": "uint256"
        }
      ],
      "name": "sweep",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "removed",
          "type": "uint256"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "totalChunks",
      "outputs": [
        {
          "internalType": "uint64",
          "name": "",
          "type": "uint64"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        },
        {
          "internalType": "uint32",
          "name": "index",
          "type": "uint32"
        },
        {
          "internalType": "bytes32",
          "name": "chunkRoot",
          "type": "bytes32"
        },
        {
          "internalType": "bytes32[]",
          "name": "path",
          "type": "bytes32[]"
        }
      ],
      "name": "verifyChunk",
      "outputs": [
        {
          "internalType": "bool",
          "name": "",
          "type": "bool"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "sessionId",
          "type": "bytes32"
        },
        {
          "internalType": "uint32",
          "name": "index",
          "type": "uint32"
        },
        {
          "internalType": "uint64",
          "name": "blobLength",
          "type": "uint64"
        },
        {
          "internalType": "uint64",
          "name": "leafIndex",
          "type": "uint64"
        },
        {
          "internalType": "bytes",
          "name": "leaf",
          "type": "bytes"
        },
        {
          "internalType": "bytes32[]",
          "name": "blobPath",
          "type": "bytes32[]"
        },
        {
          "internalType": "bytes32[]",
          "name": "sessionPath",
          "type": "bytes32[]"
        }
      ],
      "name": "verifyLeaf",
      "outputs": [
        {
          "internalType": "bool",
          "name": "",
          "type": "bool"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    }
  ],
  "creationCode": "0x610180806040523461019a5760208161318f8038038091610020828561019e565b83398101031261019a57516001600160a01b038116810361019a5760405161004960408261019e565b600c815260208101906b4c75636964416e63686f727360a01b82526040519161007360408461019e565b600183526020830191603160f81b835261008c816101d5565b610120526100998461036b565b61014052519020918260e05251902080610100524660a0526040519060208201927f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f8452604083015260608201524660808201523060a082015260a0815261010260c08261019e565b5190206080523060c052610160526c010000000000000000000000006fffffffff000000000000000000000000196002541617600255604051612ceb90816104a4823960805181611aa2015260a05181611b5f015260c05181611a73015260e05181611af101526101005181611b1701526101205181610b5c01526101405181610b850152610160518181816101660152612a880152f35b5f80fd5b601f909101601f19168101906001600160401b038211908210176101c157604052565b634e487b7160e01b5f52604160045260245ffd5b908151602081105f1461024f575090601f81511161020f576020815191015160208210610200571790565b5f198260200360031b1b161790565b604460209160405192839163305a27a960e01b83528160048401528051918291826024860152018484015e5f828201840152601f01601f19168101030190fd5b6001600160401b0381116101c1575f54600181811c91168015610361575b602082101461034d57601f811161031b575b50602092601f82116001146102bc57928192935f926102b1575b50508160011b915f199060031b1c1916175f5560ff90565b015190505f80610299565b601f198216935f8052805f20915f5b86811061030357508360019596106102eb575b505050811b015f5560ff90565b01515f1960f88460031b161c191690555f80806102de565b919260206001819286850151815501940192016102cb565b5f8052601f60205f20910160051c810190601f830160051c015b818110610342575061027f565b5f8155600101610335565b634e487b7160e01b5f52602260045260245ffd5b90607f169061026d565b908151602081105f14610396575090601f81511161020f576020815191015160208210610200571790565b6001600160401b0381116101c157600154600181811c91168015610499575b602082101461034d57601f8111610466575b50602092601f821160011461040557928192935f926103fa575b50508160011b915f199060031b1c19161760015560ff90565b015190505f806103e1565b601f1982169360015f52805f20915f5b86811061044e5750836001959610610436575b505050811b0160015560ff90565b01515f1960f88460031b161c191690555f8080610428565b91926020600181928685015181550194019201610415565b60015f52601f60205f20910160051c810190601f830160051c015b81811061048e57506103c7565b5f8155600101610481565b90607f16906103b556fe6080806040526004361015610012575f80fd5b5f3560e01c90816302380a87146114ee5750806306a41b1f146114d35780630cf73c21146114b75780630ee87ecc1461147d57806311aecc33146113ff5780632e48cae9146113b45780633644e515146113925780633e630bfe146113695780634c06fea41461130357806369fc09b9146112e85780636fd64dd1146110a957806373cd83361461108657806375a934b714610e955780637f910f9c14610c5857806384b0196e14610b4457806387fc355714610a855780639c8117741461078a578063a23774011461076a578063aa60e7331461043f578063acf72c95146103fa578063b9f283cf14610316578063c0e15949146102fa578063cf62ffb914610208578063e198f55a146101ab578063f3c010a01461018e5763fa77b4901461013a575f80fd5b3461018a575f60031936011261018a57602060405173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b5f80fd5b3461018a575f60031936011261018a57602060405162278d008152f35b3461018a575f60031936011261018a5760806101c5611803565b63ffffffff6040820151169063ffffffff8151169067ffffffffffffffff6020816060840151169201511691604051938452602084015260408301526060820152f35b3461018a5761010060031936011261018a57610222611540565b61022a611599565b9060643567ffffffffffffffff8116810361018a5760843567ffffffffffffffff8116810361018a5760a43567ffffffffffffffff811161018a5761027390369060040161164a565b929060c43567ffffffffffffffff811161018a576102959036906004016115bf565b60e4979197359067ffffffffffffffff821161018a576020986102e0976102db956102c76102cf9536906004016115bf565b999098612507565b92909660243590611b85565b611bfc565b90816102f2575b506040519015158152f35b9050826102e7565b3461018a575f60031936011261018a5760206040516110008152f35b3461018a57604060031936011261018a5761014061035c63ffffffff600261035161033f611540565b61034761170e565b5060243590611b85565b015460c01c166118ff565b6103f8604051809267ffffffffffffffff610120809263ffffffff815116855273ffffffffffffffffffffffffffffffffffffffff602082015116602086015260408101516040860152606081015160608601526080810151608086015263ffffffff60a08201511660a08601528260c08201511660c08601528260e08201511660e08601528261010082015116610100860152015116910152565bf35b3461018a57602060031936011261018a5773ffffffffffffffffffffffffffffffffffffffff610428611540565b165f526006602052602060405f2054604051908152f35b3461018a57602060031936011261018a5760043561045b611803565b5f9067ffffffffffffffff4216604082019160608101935b85811080610752575b8061073a575b1561071d5763ffffffff8451165f52600460205260405f2060018101549073ffffffffffffffffffffffffffffffffffffffff82165f52600360205260405f2090545f5260205267ffffffffffffffff6104e781600260405f20015460801c16611884565b16848111610587575063ffffffff85511663ffffffff811461055a5767ffffffffffffffff9163ffffffff6001610528930116875260e01c828851166118a6565b1685527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff811461055a57600101610473565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b6020975083945067ffffffffffffffff92969150946080958661068d9501525b866106df575b6105e963ffffffff86511663ffffffff167fffffffffffffffffffffffffffffffffffffffffffffffffffffffff000000006002541617600255565b87850151907fffffffffffffffffffffffffffffffff000000000000000000000000ffffffff6bffffffffffffffff000000006fffffffff000000000000000000000000600254935160601b16938b1b169116171760025551167fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff77ffffffffffffffff000000000000000000000000000000006002549260801b16911617600255565b015177ffffffffffffffffffffffffffffffffffffffffffffffff7fffffffffffffffff0000000000000000000000000000000000000000000000006002549260c01b16911617600255604051908152f35b7fea00745038cbe2ecb8af27fe3738af0013f3ae4d909c4a2064c97eeebf850560604063ffffffff8351168585511682519182528b820152a16105ad565b936020955061068d91925067ffffffffffffffff906080946105a7565b5063ffffffff84511663ffffffff8351161015610482565b508267ffffffffffffffff608084015116111561047c565b3461018a575f60031936011261018a576020604051655af3107a40008152f35b61010060031936011261018a5761079f6115f0565b6107a7611563565b6107af6115ac565b9160c4359067ffffffffffffffff821680920361018a5760e43567ffffffffffffffff811161018a576107e690369060040161164a565b919092604051956107f687611678565b60043587526020870192602435845267ffffffffffffffff604089019116815273ffffffffffffffffffffffffffffffffffffffff606089019716968781526080890191608435835263ffffffff60a08b0194168452844211610a59579289949273ffffffffffffffffffffffffffffffffffffffff63ffffffff9367ffffffffffffffff604299976040519860208a019a7f968f4e8b5c436f0811d6d62cb1dfc6de1f2e273bc4fd550f1235e3b79860c12b8c525160408b01525160608a015251166080880152511660a08601525160c0850152511660e083015261010082015261010081526108e9610120826116cd565b5190206108f4611a5c565b90604051917f19010000000000000000000000000000000000000000000000000000000000008352600283015260228201522067ffffffffffffffff8211610a2c576040519161096c601f82017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe016602001846116cd565b808352368185011161018a576020815f9261098e968387013784010152612335565b5060048193929310156109ff5715918215926109de575b50506109b6576109b490611c47565b005b7f5cd5d233000000000000000000000000000000000000000000000000000000005f5260045ffd5b73ffffffffffffffffffffffffffffffffffffffff161415905082806109a5565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b847ffcd4a11f000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b60c060031936011261018a57610a996115f0565b610aa1611563565b9073ffffffffffffffffffffffffffffffffffffffff610abf6115ac565b921691823303610b145763ffffffff906109b49367ffffffffffffffff60405194610ae986611678565b60043586526024356020870152166040850152606084015260843560808401521660a0820152611c47565b827f23295f0e000000000000000000000000000000000000000000000000000000005f523360045260245260445ffd5b3461018a575f60031936011261018a57610bfc610b807f00000000000000000000000000000000000000000000000000000000000000006127ed565b610ba97f0000000000000000000000000000000000000000000000000000000000000000612963565b6020610c0a60405192610bbc83856116cd565b5f84525f3681376040519586957f0f00000000000000000000000000000000000000000000000000000000000000875260e08588015260e0870190611607565b908582036040870152611607565b4660608501523060808501525f60a085015283810360c08501528180845192838152019301915f5b828110610c4157505050500390f35b835185528695509381019392810192600101610c32565b604060031936011261018a57610c6c611540565b6024356002610c7b8284611b85565b01805467ffffffffffffffff8160801c169067ffffffffffffffff610c9f83611884565b16421015610e69578142105f14610e49576001905b60e01c655af3107a4000810290808204655af3107a4000149015171561055a57610cde81346118c8565b91808310610e10575062015180610cfd84610cf842611790565b61176b565b04808311610dd75750506201518081029080820462015180149015171561055a57610d7f9167ffffffffffffffff610d369216906118a6565b82547fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff16608082901b77ffffffffffffffff000000000000000000000000000000001617909255565b6040805134815267ffffffffffffffff929092166020830152339373ffffffffffffffffffffffffffffffffffffffff16917f9c95e3bb5b627f031e47c2561f896dbcbdf4acefc58f3b825476ed4ca6a075339190a4005b610de19250611758565b7f07540861000000000000000000000000000000000000000000000000000000005f523460045260245260445ffd5b610e1a9250611758565b7f826b5778000000000000000000000000000000000000000000000000000000005f523460045260245260445ffd5b62015180610e57834261176b565b046001810180911161055a5790610cb4565b507f5976b565000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b3461018a57602060031936011261018a5760043567ffffffffffffffff811680910361018a57610ec3611803565b67ffffffffffffffff6060820151168210801561106e575b6110425763ffffffff604081835116920151165b63ffffffff821663ffffffff82169080821015610fad5781900363ffffffff811161055a57610f22637fffffff9161186c565b60011c16019063ffffffff821161055a5763ffffffff82165f8181526004602052604090206001015460a01c67ffffffffffffffff168510610f7057505063ffffffff90915b919050610eef565b9092507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff91500163ffffffff811161055a5763ffffffff90610f68565b8463ffffffff8416805f52600460205260405f2060018101549267ffffffffffffffff8460a01c1690039067ffffffffffffffff821161055a5773ffffffffffffffffffffffffffffffffffffffff606094165f52600360205260405f2090545f5260205263ffffffff67ffffffffffffffff600260405f20015460801c164210916040519384521660208301526040820152f35b507fa19a9bce000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b5067ffffffffffffffff602082015116821015610edb565b3461018a575f60031936011261018a57602063ffffffff60025416604051908152f35b3461018a57606060031936011261018a576110c2611540565b6024359060443590606482116112bc5773ffffffffffffffffffffffffffffffffffffffff165f9081526006602052604090208054838181106112ad5750505f915b8083116112a5575b5061111682611778565b9261112460405194856116cd565b8284527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe061115184611778565b015f5b81811061128e5750505f5b83811061124657846040518091602082016020835281518091526020604084019201905f5b818110611192575050500390f35b91935091602061014082611238600194885167ffffffffffffffff610120809263ffffffff815116855273ffffffffffffffffffffffffffffffffffffffff602082015116602086015260408101516040860152606081015160608601526080810151608086015263ffffffff60a08201511660a08601528260c08201511660c08601528260e08201511660e08601528261010082015116610100860152015116910152565b019401910191849392611184565b8082019081831161055a5761127263ffffffff611265600194876117a1565b90549060031b1c166118ff565b61127c82886117ef565b5261128781876117ef565b500161115f565b60209061129961170e565b82828901015201611154565b91508361110c565b6112b69161176b565b91611104565b507fd2599bab000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b3461018a575f60031936011261018a57602060405160648152f35b3461018a5760a060031936011261018a5761131c611540565b611324611599565b906084359067ffffffffffffffff821161018a5760209261134c61135f9336906004016115bf565b9290916102db6064359260243590611b85565b6040519015158152f35b3461018a575f60031936011261018a57602067ffffffffffffffff600254821c16604051908152f35b3461018a575f60031936011261018a5760206113ac611a5c565b604051908152f35b3461018a57604060031936011261018a5763ffffffff6113d2611586565b16655af3107a4000810290808204655af3107a4000149015171561055a576113ac60209160243590611758565b3461018a57602060031936011261018a57611418611586565b61142061170e565b5063ffffffff81168015801561146c575b6114415761014061035c836118ff565b7f035a336e000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b5063ffffffff600254168111611431565b3461018a575f60031936011261018a5760206040517f968f4e8b5c436f0811d6d62cb1dfc6de1f2e273bc4fd550f1235e3b79860c12b8152f35b3461018a575f60031936011261018a576020604051610e428152f35b3461018a575f60031936011261018a576020604051601e8152f35b3461018a57604060031936011261018a5760209073ffffffffffffffffffffffffffffffffffffffff61151f611540565b165f526005825260405f206024355f52825263ffffffff60405f2054168152f35b6004359073ffffffffffffffffffffffffffffffffffffffff8216820361018a57565b6064359073ffffffffffffffffffffffffffffffffffffffff8216820361018a57565b6004359063ffffffff8216820361018a57565b6044359063ffffffff8216820361018a57565b60a4359063ffffffff8216820361018a57565b9181601f8401121561018a5782359167ffffffffffffffff831161018a576020808501948460051b01011161018a57565b6044359067ffffffffffffffff8216820361018a57565b907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f602080948051918291828752018686015e5f8582860101520116010190565b9181601f8401121561018a5782359167ffffffffffffffff831161018a576020838186019501011161018a57565b60c0810190811067ffffffffffffffff821117610a2c57604052565b610140810190811067ffffffffffffffff821117610a2c57604052565b6080810190811067ffffffffffffffff821117610a2c57604052565b90601f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0910116810190811067ffffffffffffffff821117610a2c57604052565b6040519061171b82611694565b5f610120838281528260208201528260408201528260608201528260808201528260a08201528260c08201528260e0820152826101008201520152565b8181029291811591840414171561055a57565b9190820391821161055a57565b67ffffffffffffffff8111610a2c5760051b60200190565b906312cc0300820180921161055a57565b91909180548310156117c2575f52601c60205f208360031c019260021b1690565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b80518210156117c25760209160051b010190565b6040519060a0820182811067ffffffffffffffff821117610a2c5760405281608060025463ffffffff8116835267ffffffffffffffff8160201c16602084015263ffffffff8160601c16604084015267ffffffffffffffff81831c16606084015260c01c910152565b63ffffffff60019116019063ffffffff821161055a57565b67ffffffffffffffff62278d009116019067ffffffffffffffff821161055a57565b9067ffffffffffffffff8091169116019067ffffffffffffffff821161055a57565b81156118d2570490565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b63ffffffff9061190d61170e565b5016805f52600460205260405f2060016040519161192a836116b1565b80548352015473ffffffffffffffffffffffffffffffffffffffff81166020830190808252604084019267ffffffffffffffff8160a01c16845260e01c60608501525f52600360205260405f2083515f5260205260405f20906040519160e083019083821067ffffffffffffffff831117610a2c5760c0916040528054808552600260018301549283602088015201549567ffffffffffffffff73ffffffffffffffffffffffffffffffffffffffff818916968760408a0152828a60401c1698896060820152838b60801c169a8b608083015263ffffffff818a1c1660a083015260e01c9788910152511698519151169760405199611a288b611694565b8a5260208a015260408901526060880152608087015260a086015260c085015260e084015261010083015261012082015290565b73ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016301480611b5c575b15611ac4577f000000000000000000000000000000000000000000000000000000000000000090565b60405160208101907f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f82527f000000000000000000000000000000000000000000000000000000000000000060408201527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a082015260a08152611b5660c0826116cd565b51902090565b507f00000000000000000000000000000000000000000000000000000000000000004614611a9b565b73ffffffffffffffffffffffffffffffffffffffff909291921691825f52600360205260405f20815f5260205260405f209263ffffffff600285015460c01c1615611bce575050565b7fa6a5b32d000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b93919290925f805360015260205f60218160025afa1561018a57611c31925f5163ffffffff600287015460e01c9216906126e3565b909182611c3d57505090565b6001015414919050565b73ffffffffffffffffffffffffffffffffffffffff60608201511681519063ffffffff60a08401511692831561230d5760208101908151158015612301575b6122d957825f52600360205260405f20845f5260205260405f20946002860163ffffffff815460c01c16806122a65750845f52600560205260405f2090608084019182515f5260205263ffffffff60405f205416806122715750611ce984612a33565b67ffffffffffffffff4216655af3107a4000840290848204655af3107a40000361055a57611d1782346118c8565b91601e83106122345762015180611d3183610cf842611790565b04808411610dd75750506201518082029180830462015180149015171561055a5767ffffffffffffffff611d669216906118a6565b9761201884611d73611803565b93611d7d8561236f565b506040611d9063ffffffff87511661186c565b986020870195608067ffffffffffffffff8851169863ffffffff8d1698898252611dba888c6118a6565b9067ffffffffffffffff82169052611e0463ffffffff83511663ffffffff167fffffffffffffffffffffffffffffffffffffffffffffffffffffffff000000006002541617600255565b6002547fffffffffffffffffffffffffffffffff000000000000000000000000ffffffff6bffffffffffffffff000000006fffffffff0000000000000000000000008986015160601b169360201b1691161717600255611eb667ffffffffffffffff6060830151167fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff77ffffffffffffffff000000000000000000000000000000006002549260801b16911617600255565b015177ffffffffffffffffffffffffffffffffffffffffffffffff7fffffffffffffffff0000000000000000000000000000000000000000000000006002549260c01b169116176002558b51815560018951910155019767ffffffffffffffff8951168254907fffffffffffffffffffffffffffffffff000000000000000000000000000000006fffffffffffffffff00000000000000004260401b16921617178255611fa78d83907fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff77ffffffffffffffff0000000000000000000000000000000083549260801b169116179055565b815477ffffffffffffffffffffffffffffffffffffffffffffffff1660c09190911b7bffffffff000000000000000000000000000000000000000000000000161760e09290921b7fffffffff0000000000000000000000000000000000000000000000000000000016919091179055565b61210b604051612027816116b1565b89815263ffffffff60208201918a83526040810186815273ffffffffffffffffffffffffffffffffffffffff600160608401938b8552885f52600460205260405f2090518155019451167fffffffff000000000000000000000000000000000000000000000000000000007bffffffffffffffff00000000000000000000000000000000000000008654935160a01b1692161717835551167bffffffffffffffffffffffffffffffffffffffffffffffffffffffff7fffffffff0000000000000000000000000000000000000000000000000000000083549260e01b169116179055565b865f52600560205260405f2083515f5260205260405f20817fffffffffffffffffffffffffffffffffffffffffffffffffffffffff00000000825416179055865f52600660205260405f209182549468010000000000000000861015610a2c57899667ffffffffffffffff7ffbbb0eb42c86190008ddb3fc57ddd58bac1882263b148ab458e99ce0aea9baf1966121ab8960c09860018f9c0181556117a1565b81549060031b9063ffffffff89831b921b191617905551995191511690604051948552602085015260408401526060830152608082015267ffffffffffffffff891660a0820152a46040805134815267ffffffffffffffff94909416602085015233937f9c95e3bb5b627f031e47c2561f896dbcbdf4acefc58f3b825476ed4ca6a075339190a4565b601e808202919082040361055a577f826b5778000000000000000000000000000000000000000000000000000000005f523460045260245260445ffd5b868351907fac8e7f01000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b86867fc8170354000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b7ff1ae58d5000000000000000000000000000000000000000000000000000000005f5260045ffd5b50608081015115611c86565b7fd554527e000000000000000000000000000000000000000000000000000000005f5260045ffd5b81519190604183036123655761235e9250602082015190606060408401519301515f1a90612c35565b9192909190565b50505f9160029190565b4267ffffffffffffffff16905f5b60028110806124ef575b806124d4575b156124cc576040820163ffffffff8151165f52600460205260405f209060018201549173ffffffffffffffffffffffffffffffffffffffff83165f52600360205260405f2090545f5260205267ffffffffffffffff6123f781600260405f20015460801c16611884565b1685811161246e575063ffffffff81511663ffffffff811461055a57600163ffffffff910116905267ffffffffffffffff61243c606085019260e01c828451166118a6565b1690527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff811461055a5760010161237d565b92959450505060808201525b826124825750565b60408167ffffffffffffffff606063ffffffff847fea00745038cbe2ecb8af27fe3738af0013f3ae4d909c4a2064c97eeebf850560960151169201511682519182526020820152a1565b92915061247a565b5063ffffffff60408301511663ffffffff835116101561238d565b508267ffffffffffffffff6080840151161115612387565b959490929167ffffffffffffffff871692611000840180851161055a57610fff850190811161055a57600c1c9467ffffffffffffffff1693858510156126c4577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff860186811161055a578581036126ba5780600c1b90808204611000149015171561055a576125959161176b565b81036126ac576020915f916125ea602160405183819488830196888852848401378101868382015203017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081018352826116cd565b604051918291518091835e8101838152039060025afa156126a1576020935f936126159385516126e3565b949094604051907fffffffffffffffff000000000000000000000000000000000000000000000000858301937f0200000000000000000000000000000000000000000000000000000000000000855260c01b1660218301526029820152602981526126816049826116cd565b604051918291518091835e8101838152039060025afa156126a1575f5190565b6040513d5f823e3d90fd5b50505050505090505f905f90565b5050611000612595565b5050505050505090505f905f90565b91908110156117c25760051b0190565b929091808310156127e2577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff810190811161055a5792935f92915b81841061272d57505050501591565b9091939485969396156127d55760018086161480156127cc575b156127a7576127659061275f888585999896996126d3565b35612cc4565b915b60018116158061279e575b156127845760011c9360011c93612767565b60019096949396959192955b811c93811c9401929161271e565b50801515612772565b6127c66001916127bf89868697969b999a989b6126d3565b3590612cc4565b95612790565b50858514612747565b505050925050505f905f90565b50505050505f905f90565b60ff811461284c5760ff811690601f821161282457604051916128116040846116cd565b6020808452838101919036833783525290565b7fb3512b0c000000000000000000000000000000000000000000000000000000005f5260045ffd5b506040515f80548060011c9160018216918215612959575b60208410831461292c5783855284929081156128ef5750600114612892575b61288f925003826116cd565b90565b505f80805290917f290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e5635b8183106128d357505090602061288f92820101612883565b60209193508060019154838588010152019101909183926128bb565b6020925061288f9491507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff001682840152151560051b820101612883565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b92607f1692612864565b60ff81146129875760ff811690601f821161282457604051916128116040846116cd565b506040515f6001548060011c9160018216918215612a29575b60208410831461292c5783855284929081156128ef57506001146129ca5761288f925003826116cd565b5060015f90815290917fb10e2d527612073b26eecdfd717e6a320cf44b4afac2b0732d9fcbe2b7fa0cf65b818310612a0d57505090602061288f92820101612883565b60209193508060019154838588010152019101909183926129f5565b92607f16926129a0565b60608101805182516040517fa371cc4800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff928316600482015260248101919091527f00000000000000000000000000000000000000000000000000000000000000009091169190602081604481865afa80156126a1575f90612bf2575b63ffffffff9150168015612bec5763ffffffff60a085015116808203612bbe5750505182516040517fb7d225a600000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff909216600483015260248201529190602090839060449082905afa9182156126a1575f92612b89575b5060800151808203612b5b575050565b7fd9d5f603000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b9091506020813d602011612bb6575b81612ba5602093836116cd565b8101031261018a5751906080612b4b565b3d9150612b98565b7f4f7bfea7000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b50505050565b506020813d602011612c2d575b81612c0c602093836116cd565b8101031261018a575163ffffffff8116810361018a5763ffffffff90612ac2565b3d9150612bff565b91907f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08411612cb9579160209360809260ff5f9560405194855216868401526040830152606082015282805260015afa156126a1575f5173ffffffffffffffffffffffffffffffffffffffff811615612caf57905f905f90565b505f906001905f90565b5050505f9160039190565b60415f9160209360405191600183536001830152602182015260025afa1561018a575f519056",
  "runtimeCode": "0x6080806040526004361015610012575f80fd5b5f3560e01c90816302380a87146114ee5750806306a41b1f146114d35780630cf73c21146114b75780630ee87ecc1461147d57806311aecc33146113ff5780632e48cae9146113b45780633644e515146113925780633e630bfe146113695780634c06fea41461130357806369fc09b9146112e85780636fd64dd1146110a957806373cd83361461108657806375a934b714610e955780637f910f9c14610c5857806384b0196e14610b4457806387fc355714610a855780639c8117741461078a578063a23774011461076a578063aa60e7331461043f578063acf72c95146103fa578063b9f283cf14610316578063c0e15949146102fa578063cf62ffb914610208578063e198f55a146101ab578063f3c010a01461018e5763fa77b4901461013a575f80fd5b3461018a575f60031936011261018a57602060405173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b5f80fd5b3461018a575f60031936011261018a57602060405162278d008152f35b3461018a575f60031936011261018a5760806101c5611803565b63ffffffff6040820151169063ffffffff8151169067ffffffffffffffff6020816060840151169201511691604051938452602084015260408301526060820152f35b3461018a5761010060031936011261018a57610222611540565b61022a611599565b9060643567ffffffffffffffff8116810361018a5760843567ffffffffffffffff8116810361018a5760a43567ffffffffffffffff811161018a5761027390369060040161164a565b929060c43567ffffffffffffffff811161018a576102959036906004016115bf565b60e4979197359067ffffffffffffffff821161018a576020986102e0976102db956102c76102cf9536906004016115bf565b999098612507565b92909660243590611b85565b611bfc565b90816102f2575b506040519015158152f35b9050826102e7565b3461018a575f60031936011261018a5760206040516110008152f35b3461018a57604060031936011261018a5761014061035c63ffffffff600261035161033f611540565b61034761170e565b5060243590611b85565b015460c01c166118ff565b6103f8604051809267ffffffffffffffff610120809263ffffffff815116855273ffffffffffffffffffffffffffffffffffffffff602082015116602086015260408101516040860152606081015160608601526080810151608086015263ffffffff60a08201511660a08601528260c08201511660c08601528260e08201511660e08601528261010082015116610100860152015116910152565bf35b3461018a57602060031936011261018a5773ffffffffffffffffffffffffffffffffffffffff610428611540565b165f526006602052602060405f2054604051908152f35b3461018a57602060031936011261018a5760043561045b611803565b5f9067ffffffffffffffff4216604082019160608101935b85811080610752575b8061073a575b1561071d5763ffffffff8451165f52600460205260405f2060018101549073ffffffffffffffffffffffffffffffffffffffff82165f52600360205260405f2090545f5260205267ffffffffffffffff6104e781600260405f20015460801c16611884565b16848111610587575063ffffffff85511663ffffffff811461055a5767ffffffffffffffff9163ffffffff6001610528930116875260e01c828851166118a6565b1685527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff811461055a57600101610473565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b6020975083945067ffffffffffffffff92969150946080958661068d9501525b866106df575b6105e963ffffffff86511663ffffffff167fffffffffffffffffffffffffffffffffffffffffffffffffffffffff000000006002541617600255565b87850151907fffffffffffffffffffffffffffffffff000000000000000000000000ffffffff6bffffffffffffffff000000006fffffffff000000000000000000000000600254935160601b16938b1b169116171760025551167fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff77ffffffffffffffff000000000000000000000000000000006002549260801b16911617600255565b015177ffffffffffffffffffffffffffffffffffffffffffffffff7fffffffffffffffff0000000000000000000000000000000000000000000000006002549260c01b16911617600255604051908152f35b7fea00745038cbe2ecb8af27fe3738af0013f3ae4d909c4a2064c97eeebf850560604063ffffffff8351168585511682519182528b820152a16105ad565b936020955061068d91925067ffffffffffffffff906080946105a7565b5063ffffffff84511663ffffffff8351161015610482565b508267ffffffffffffffff608084015116111561047c565b3461018a575f60031936011261018a576020604051655af3107a40008152f35b61010060031936011261018a5761079f6115f0565b6107a7611563565b6107af6115ac565b9160c4359067ffffffffffffffff821680920361018a5760e43567ffffffffffffffff811161018a576107e690369060040161164a565b919092604051956107f687611678565b60043587526020870192602435845267ffffffffffffffff604089019116815273ffffffffffffffffffffffffffffffffffffffff606089019716968781526080890191608435835263ffffffff60a08b0194168452844211610a59579289949273ffffffffffffffffffffffffffffffffffffffff63ffffffff9367ffffffffffffffff604299976040519860208a019a7f968f4e8b5c436f0811d6d62cb1dfc6de1f2e273bc4fd550f1235e3b79860c12b8c525160408b01525160608a015251166080880152511660a08601525160c0850152511660e083015261010082015261010081526108e9610120826116cd565b5190206108f4611a5c565b90604051917f19010000000000000000000000000000000000000000000000000000000000008352600283015260228201522067ffffffffffffffff8211610a2c576040519161096c601f82017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe016602001846116cd565b808352368185011161018a576020815f9261098e968387013784010152612335565b5060048193929310156109ff5715918215926109de575b50506109b6576109b490611c47565b005b7f5cd5d233000000000000000000000000000000000000000000000000000000005f5260045ffd5b73ffffffffffffffffffffffffffffffffffffffff161415905082806109a5565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b847ffcd4a11f000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b60c060031936011261018a57610a996115f0565b610aa1611563565b9073ffffffffffffffffffffffffffffffffffffffff610abf6115ac565b921691823303610b145763ffffffff906109b49367ffffffffffffffff60405194610ae986611678565b60043586526024356020870152166040850152606084015260843560808401521660a0820152611c47565b827f23295f0e000000000000000000000000000000000000000000000000000000005f523360045260245260445ffd5b3461018a575f60031936011261018a57610bfc610b807f00000000000000000000000000000000000000000000000000000000000000006127ed565b610ba97f0000000000000000000000000000000000000000000000000000000000000000612963565b6020610c0a60405192610bbc83856116cd565b5f84525f3681376040519586957f0f00000000000000000000000000000000000000000000000000000000000000875260e08588015260e0870190611607565b908582036040870152611607565b4660608501523060808501525f60a085015283810360c08501528180845192838152019301915f5b828110610c4157505050500390f35b835185528695509381019392810192600101610c32565b604060031936011261018a57610c6c611540565b6024356002610c7b8284611b85565b01805467ffffffffffffffff8160801c169067ffffffffffffffff610c9f83611884565b16421015610e69578142105f14610e49576001905b60e01c655af3107a4000810290808204655af3107a4000149015171561055a57610cde81346118c8565b91808310610e10575062015180610cfd84610cf842611790565b61176b565b04808311610dd75750506201518081029080820462015180149015171561055a57610d7f9167ffffffffffffffff610d369216906118a6565b82547fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff16608082901b77ffffffffffffffff000000000000000000000000000000001617909255565b6040805134815267ffffffffffffffff929092166020830152339373ffffffffffffffffffffffffffffffffffffffff16917f9c95e3bb5b627f031e47c2561f896dbcbdf4acefc58f3b825476ed4ca6a075339190a4005b610de19250611758565b7f07540861000000000000000000000000000000000000000000000000000000005f523460045260245260445ffd5b610e1a9250611758565b7f826b5778000000000000000000000000000000000000000000000000000000005f523460045260245260445ffd5b62015180610e57834261176b565b046001810180911161055a5790610cb4565b507f5976b565000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b3461018a57602060031936011261018a5760043567ffffffffffffffff811680910361018a57610ec3611803565b67ffffffffffffffff6060820151168210801561106e575b6110425763ffffffff604081835116920151165b63ffffffff821663ffffffff82169080821015610fad5781900363ffffffff811161055a57610f22637fffffff9161186c565b60011c16019063ffffffff821161055a5763ffffffff82165f8181526004602052604090206001015460a01c67ffffffffffffffff168510610f7057505063ffffffff90915b919050610eef565b9092507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff91500163ffffffff811161055a5763ffffffff90610f68565b8463ffffffff8416805f52600460205260405f2060018101549267ffffffffffffffff8460a01c1690039067ffffffffffffffff821161055a5773ffffffffffffffffffffffffffffffffffffffff606094165f52600360205260405f2090545f5260205263ffffffff67ffffffffffffffff600260405f20015460801c164210916040519384521660208301526040820152f35b507fa19a9bce000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b5067ffffffffffffffff602082015116821015610edb565b3461018a575f60031936011261018a57602063ffffffff60025416604051908152f35b3461018a57606060031936011261018a576110c2611540565b6024359060443590606482116112bc5773ffffffffffffffffffffffffffffffffffffffff165f9081526006602052604090208054838181106112ad5750505f915b8083116112a5575b5061111682611778565b9261112460405194856116cd565b8284527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe061115184611778565b015f5b81811061128e5750505f5b83811061124657846040518091602082016020835281518091526020604084019201905f5b818110611192575050500390f35b91935091602061014082611238600194885167ffffffffffffffff610120809263ffffffff815116855273ffffffffffffffffffffffffffffffffffffffff602082015116602086015260408101516040860152606081015160608601526080810151608086015263ffffffff60a08201511660a08601528260c08201511660c08601528260e08201511660e08601528261010082015116610100860152015116910152565b019401910191849392611184565b8082019081831161055a5761127263ffffffff611265600194876117a1565b90549060031b1c166118ff565b61127c82886117ef565b5261128781876117ef565b500161115f565b60209061129961170e565b82828901015201611154565b91508361110c565b6112b69161176b565b91611104565b507fd2599bab000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b3461018a575f60031936011261018a57602060405160648152f35b3461018a5760a060031936011261018a5761131c611540565b611324611599565b906084359067ffffffffffffffff821161018a5760209261134c61135f9336906004016115bf565b9290916102db6064359260243590611b85565b6040519015158152f35b3461018a575f60031936011261018a57602067ffffffffffffffff600254821c16604051908152f35b3461018a575f60031936011261018a5760206113ac611a5c565b604051908152f35b3461018a57604060031936011261018a5763ffffffff6113d2611586565b16655af3107a4000810290808204655af3107a4000149015171561055a576113ac60209160243590611758565b3461018a57602060031936011261018a57611418611586565b61142061170e565b5063ffffffff81168015801561146c575b6114415761014061035c836118ff565b7f035a336e000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b5063ffffffff600254168111611431565b3461018a575f60031936011261018a5760206040517f968f4e8b5c436f0811d6d62cb1dfc6de1f2e273bc4fd550f1235e3b79860c12b8152f35b3461018a575f60031936011261018a576020604051610e428152f35b3461018a575f60031936011261018a576020604051601e8152f35b3461018a57604060031936011261018a5760209073ffffffffffffffffffffffffffffffffffffffff61151f611540565b165f526005825260405f206024355f52825263ffffffff60405f2054168152f35b6004359073ffffffffffffffffffffffffffffffffffffffff8216820361018a57565b6064359073ffffffffffffffffffffffffffffffffffffffff8216820361018a57565b6004359063ffffffff8216820361018a57565b6044359063ffffffff8216820361018a57565b60a4359063ffffffff8216820361018a57565b9181601f8401121561018a5782359167ffffffffffffffff831161018a576020808501948460051b01011161018a57565b6044359067ffffffffffffffff8216820361018a57565b907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f602080948051918291828752018686015e5f8582860101520116010190565b9181601f8401121561018a5782359167ffffffffffffffff831161018a576020838186019501011161018a57565b60c0810190811067ffffffffffffffff821117610a2c57604052565b610140810190811067ffffffffffffffff821117610a2c57604052565b6080810190811067ffffffffffffffff821117610a2c57604052565b90601f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0910116810190811067ffffffffffffffff821117610a2c57604052565b6040519061171b82611694565b5f610120838281528260208201528260408201528260608201528260808201528260a08201528260c08201528260e0820152826101008201520152565b8181029291811591840414171561055a57565b9190820391821161055a57565b67ffffffffffffffff8111610a2c5760051b60200190565b906312cc0300820180921161055a57565b91909180548310156117c2575f52601c60205f208360031c019260021b1690565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b80518210156117c25760209160051b010190565b6040519060a0820182811067ffffffffffffffff821117610a2c5760405281608060025463ffffffff8116835267ffffffffffffffff8160201c16602084015263ffffffff8160601c16604084015267ffffffffffffffff81831c16606084015260c01c910152565b63ffffffff60019116019063ffffffff821161055a57565b67ffffffffffffffff62278d009116019067ffffffffffffffff821161055a57565b9067ffffffffffffffff8091169116019067ffffffffffffffff821161055a57565b81156118d2570490565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b63ffffffff9061190d61170e565b5016805f52600460205260405f2060016040519161192a836116b1565b80548352015473ffffffffffffffffffffffffffffffffffffffff81166020830190808252604084019267ffffffffffffffff8160a01c16845260e01c60608501525f52600360205260405f2083515f5260205260405f20906040519160e083019083821067ffffffffffffffff831117610a2c5760c0916040528054808552600260018301549283602088015201549567ffffffffffffffff73ffffffffffffffffffffffffffffffffffffffff818916968760408a0152828a60401c1698896060820152838b60801c169a8b608083015263ffffffff818a1c1660a083015260e01c9788910152511698519151169760405199611a288b611694565b8a5260208a015260408901526060880152608087015260a086015260c085015260e084015261010083015261012082015290565b73ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016301480611b5c575b15611ac4577f000000000000000000000000000000000000000000000000000000000000000090565b60405160208101907f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f82527f000000000000000000000000000000000000000000000000000000000000000060408201527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a082015260a08152611b5660c0826116cd565b51902090565b507f00000000000000000000000000000000000000000000000000000000000000004614611a9b565b73ffffffffffffffffffffffffffffffffffffffff909291921691825f52600360205260405f20815f5260205260405f209263ffffffff600285015460c01c1615611bce575050565b7fa6a5b32d000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b93919290925f805360015260205f60218160025afa1561018a57611c31925f5163ffffffff600287015460e01c9216906126e3565b909182611c3d57505090565b6001015414919050565b73ffffffffffffffffffffffffffffffffffffffff60608201511681519063ffffffff60a08401511692831561230d5760208101908151158015612301575b6122d957825f52600360205260405f20845f5260205260405f20946002860163ffffffff815460c01c16806122a65750845f52600560205260405f2090608084019182515f5260205263ffffffff60405f205416806122715750611ce984612a33565b67ffffffffffffffff4216655af3107a4000840290848204655af3107a40000361055a57611d1782346118c8565b91601e83106122345762015180611d3183610cf842611790565b04808411610dd75750506201518082029180830462015180149015171561055a5767ffffffffffffffff611d669216906118a6565b9761201884611d73611803565b93611d7d8561236f565b506040611d9063ffffffff87511661186c565b986020870195608067ffffffffffffffff8851169863ffffffff8d1698898252611dba888c6118a6565b9067ffffffffffffffff82169052611e0463ffffffff83511663ffffffff167fffffffffffffffffffffffffffffffffffffffffffffffffffffffff000000006002541617600255565b6002547fffffffffffffffffffffffffffffffff000000000000000000000000ffffffff6bffffffffffffffff000000006fffffffff0000000000000000000000008986015160601b169360201b1691161717600255611eb667ffffffffffffffff6060830151167fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff77ffffffffffffffff000000000000000000000000000000006002549260801b16911617600255565b015177ffffffffffffffffffffffffffffffffffffffffffffffff7fffffffffffffffff0000000000000000000000000000000000000000000000006002549260c01b169116176002558b51815560018951910155019767ffffffffffffffff8951168254907fffffffffffffffffffffffffffffffff000000000000000000000000000000006fffffffffffffffff00000000000000004260401b16921617178255611fa78d83907fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff77ffffffffffffffff0000000000000000000000000000000083549260801b169116179055565b815477ffffffffffffffffffffffffffffffffffffffffffffffff1660c09190911b7bffffffff000000000000000000000000000000000000000000000000161760e09290921b7fffffffff0000000000000000000000000000000000000000000000000000000016919091179055565b61210b604051612027816116b1565b89815263ffffffff60208201918a83526040810186815273ffffffffffffffffffffffffffffffffffffffff600160608401938b8552885f52600460205260405f2090518155019451167fffffffff000000000000000000000000000000000000000000000000000000007bffffffffffffffff00000000000000000000000000000000000000008654935160a01b1692161717835551167bffffffffffffffffffffffffffffffffffffffffffffffffffffffff7fffffffff0000000000000000000000000000000000000000000000000000000083549260e01b169116179055565b865f52600560205260405f2083515f5260205260405f20817fffffffffffffffffffffffffffffffffffffffffffffffffffffffff00000000825416179055865f52600660205260405f209182549468010000000000000000861015610a2c57899667ffffffffffffffff7ffbbb0eb42c86190008ddb3fc57ddd58bac1882263b148ab458e99ce0aea9baf1966121ab8960c09860018f9c0181556117a1565b81549060031b9063ffffffff89831b921b191617905551995191511690604051948552602085015260408401526060830152608082015267ffffffffffffffff891660a0820152a46040805134815267ffffffffffffffff94909416602085015233937f9c95e3bb5b627f031e47c2561f896dbcbdf4acefc58f3b825476ed4ca6a075339190a4565b601e808202919082040361055a577f826b5778000000000000000000000000000000000000000000000000000000005f523460045260245260445ffd5b868351907fac8e7f01000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b86867fc8170354000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b7ff1ae58d5000000000000000000000000000000000000000000000000000000005f5260045ffd5b50608081015115611c86565b7fd554527e000000000000000000000000000000000000000000000000000000005f5260045ffd5b81519190604183036123655761235e9250602082015190606060408401519301515f1a90612c35565b9192909190565b50505f9160029190565b4267ffffffffffffffff16905f5b60028110806124ef575b806124d4575b156124cc576040820163ffffffff8151165f52600460205260405f209060018201549173ffffffffffffffffffffffffffffffffffffffff83165f52600360205260405f2090545f5260205267ffffffffffffffff6123f781600260405f20015460801c16611884565b1685811161246e575063ffffffff81511663ffffffff811461055a57600163ffffffff910116905267ffffffffffffffff61243c606085019260e01c828451166118a6565b1690527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff811461055a5760010161237d565b92959450505060808201525b826124825750565b60408167ffffffffffffffff606063ffffffff847fea00745038cbe2ecb8af27fe3738af0013f3ae4d909c4a2064c97eeebf850560960151169201511682519182526020820152a1565b92915061247a565b5063ffffffff60408301511663ffffffff835116101561238d565b508267ffffffffffffffff6080840151161115612387565b959490929167ffffffffffffffff871692611000840180851161055a57610fff850190811161055a57600c1c9467ffffffffffffffff1693858510156126c4577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff860186811161055a578581036126ba5780600c1b90808204611000149015171561055a576125959161176b565b81036126ac576020915f916125ea602160405183819488830196888852848401378101868382015203017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081018352826116cd565b604051918291518091835e8101838152039060025afa156126a1576020935f936126159385516126e3565b949094604051907fffffffffffffffff000000000000000000000000000000000000000000000000858301937f0200000000000000000000000000000000000000000000000000000000000000855260c01b1660218301526029820152602981526126816049826116cd565b604051918291518091835e8101838152039060025afa156126a1575f5190565b6040513d5f823e3d90fd5b50505050505090505f905f90565b5050611000612595565b5050505050505090505f905f90565b91908110156117c25760051b0190565b929091808310156127e2577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff810190811161055a5792935f92915b81841061272d57505050501591565b9091939485969396156127d55760018086161480156127cc575b156127a7576127659061275f888585999896996126d3565b35612cc4565b915b60018116158061279e575b156127845760011c9360011c93612767565b60019096949396959192955b811c93811c9401929161271e565b50801515612772565b6127c66001916127bf89868697969b999a989b6126d3565b3590612cc4565b95612790565b50858514612747565b505050925050505f905f90565b50505050505f905f90565b60ff811461284c5760ff811690601f821161282457604051916128116040846116cd565b6020808452838101919036833783525290565b7fb3512b0c000000000000000000000000000000000000000000000000000000005f5260045ffd5b506040515f80548060011c9160018216918215612959575b60208410831461292c5783855284929081156128ef5750600114612892575b61288f925003826116cd565b90565b505f80805290917f290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e5635b8183106128d357505090602061288f92820101612883565b60209193508060019154838588010152019101909183926128bb565b6020925061288f9491507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff001682840152151560051b820101612883565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b92607f1692612864565b60ff81146129875760ff811690601f821161282457604051916128116040846116cd565b506040515f6001548060011c9160018216918215612a29575b60208410831461292c5783855284929081156128ef57506001146129ca5761288f925003826116cd565b5060015f90815290917fb10e2d527612073b26eecdfd717e6a320cf44b4afac2b0732d9fcbe2b7fa0cf65b818310612a0d57505090602061288f92820101612883565b60209193508060019154838588010152019101909183926129f5565b92607f16926129a0565b60608101805182516040517fa371cc4800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff928316600482015260248101919091527f00000000000000000000000000000000000000000000000000000000000000009091169190602081604481865afa80156126a1575f90612bf2575b63ffffffff9150168015612bec5763ffffffff60a085015116808203612bbe5750505182516040517fb7d225a600000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff909216600483015260248201529190602090839060449082905afa9182156126a1575f92612b89575b5060800151808203612b5b575050565b7fd9d5f603000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b9091506020813d602011612bb6575b81612ba5602093836116cd565b8101031261018a5751906080612b4b565b3d9150612b98565b7f4f7bfea7000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b50505050565b506020813d602011612c2d575b81612c0c602093836116cd565b8101031261018a575163ffffffff8116810361018a5763ffffffff90612ac2565b3d9150612bff565b91907f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08411612cb9579160209360809260ff5f9560405194855216868401526040830152606082015282805260015afa156126a1575f5173ffffffffffffffffffffffffffffffffffffffff811615612caf57905f905f90565b505f906001905f90565b5050505f9160039190565b60415f9160209360405191600183536001830152602182015260025afa1561018a575f519056",
  "immutableReferences": {
    "101": [
      {
        "length": 32,
        "start": 358
      },
      {
        "length": 32,
        "start": 10888
      }
    ],
    "1850": [
      {
        "length": 32,
        "start": 6818
      }
    ],
    "1852": [
      {
        "length": 32,
        "start": 7007
      }
    ],
    "1854": [
      {
        "length": 32,
        "start": 6771
      }
    ],
    "1856": [
      {
        "length": 32,
        "start": 6897
      }
    ],
    "1858": [
      {
        "length": 32,
        "start": 6935
      }
    ],
    "1861": [
      {
        "length": 32,
        "start": 2908
      }
    ],
    "1864": [
      {
        "length": 32,
        "start": 2949
      }
    ]
  },
  "storageLayout": {
    "storage": [
      {
        "astId": 1866,
        "contract": "LucidAnchors.sol:LucidAnchors",
        "label": "_nameFallback",
        "offset": 0,
        "slot": "0",
        "type": "t_string_storage"
      },
      {
        "astId": 1868,
        "contract": "LucidAnchors.sol:LucidAnchors",
        "label": "_versionFallback",
        "offset": 0,
        "slot": "1",
        "type": "t_string_storage"
      },
      {
        "astId": 104,
        "contract": "LucidAnchors.sol:LucidAnchors",
        "label": "_ledger",
        "offset": 0,
        "slot": "2",
        "type": "t_struct(Ledger)64_storage"
      },
      {
        "astId": 111,
        "contract": "LucidAnchors.sol:LucidAnchors",
        "label": "_anchors",
        "offset": 0,
        "slot": "3",
        "type": "t_mapping(t_address,t_mapping(t_bytes32,t_struct(Anchor)44_storage))"
      },
      {
        "astId": 116,
        "contract": "LucidAnchors.sol:LucidAnchors",
        "label": "_entries",
        "offset": 0,
        "slot": "4",
        "type": "t_mapping(t_uint32,t_struct(Entry)53_storage)"
      },
      {
        "astId": 122,
        "contract": "LucidAnchors.sol:LucidAnchors",
        "label": "_numberOfRoot",
        "offset": 0,
        "slot": "5",
        "type": "t_mapping(t_address,t_mapping(t_bytes32,t_uint32))"
      },
      {
        "astId": 127,
        "contract": "LucidAnchors.sol:LucidAnchors",
        "label": "_numbersOf",
        "offset": 0,
        "slot": "6",
        "type": "t_mapping(t_address,t_array(t_uint32)dyn_storage)"
      }
    ],
    "types": {
      "t_address": {
        "encoding": "inplace",
        "label": "address",
        "numberOfBytes": "20"
      },
      "t_array(t_uint32)dyn_storage": {
        "base": "t_uint32",
        "encoding": "dynamic_array",
        "label": "uint32[]",
        "numberOfBytes": "32"
      },
      "t_bytes32": {
        "encoding": "inplace",
        "label": "bytes32",
        "numberOfBytes": "32"
      },
      "t_mapping(t_address,t_array(t_uint32)dyn_storage)": {
        "encoding": "mapping",
        "key": "t_address",
        "label": "mapping(address => uint32[])",
        "numberOfBytes": "32",
        "value": "t_array(t_uint32)dyn_storage"
      },
      "t_mapping(t_address,t_mapping(t_bytes32,t_struct(Anchor)44_storage))": {
        "encoding": "mapping",
        "key": "t_address",
        "label": "mapping(address => mapping(bytes32 => struct LucidAnchors.Anchor))",
        "numberOfBytes": "32",
        "value": "t_mapping(t_bytes32,t_struct(Anchor)44_storage)"
      },
      "t_mapping(t_address,t_mapping(t_bytes32,t_uint32))": {
        "encoding": "mapping",
        "key": "t_address",
        "label": "mapping(address => mapping(bytes32 => uint32))",
        "numberOfBytes": "32",
        "value": "t_mapping(t_bytes32,t_uint32)"
      },
      "t_mapping(t_bytes32,t_struct(Anchor)44_storage)": {
        "encoding": "mapping",
        "key": "t_bytes32",
        "label": "mapping(bytes32 => struct LucidAnchors.Anchor)",
        "numberOfBytes": "32",
        "value": "t_struct(Anchor)44_storage"
      },
      "t_mapping(t_bytes32,t_uint32)": {
        "encoding": "mapping",
        "key": "t_bytes32",
        "label": "mapping(bytes32 => uint32)",
        "numberOfBytes": "32",
        "value": "t_uint32"
      },
      "t_mapping(t_uint32,t_struct(Entry)53_storage)": {
        "encoding": "mapping",
        "key": "t_uint32",
        "label": "mapping(uint32 => struct LucidAnchors.Entry)",
        "numberOfBytes": "32",
        "value": "t_struct(Entry)53_storage"
      },
      "t_string_storage": {
        "encoding": "bytes",
        "label": "string",
        "numberOfBytes": "32"
      },
      "t_struct(Anchor)44_storage": {
        "encoding": "inplace",
        "label": "struct LucidAnchors.Anchor",
        "members": [
          {
            "astId": 31,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "manifestHash",
            "offset": 0,
            "slot": "0",
            "type": "t_bytes32"
          },
          {
            "astId": 33,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "merkleRoot",
            "offset": 0,
            "slot": "1",
            "type": "t_bytes32"
          },
          {
            "astId": 35,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "startedAt",
            "offset": 0,
            "slot": "2",
            "type": "t_uint64"
          },
          {
            "astId": 37,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "registeredAt",
            "offset": 8,
            "slot": "2",
            "type": "t_uint64"
          },
          {
            "astId": 39,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "paidUntil",
            "offset": 16,
            "slot": "2",
            "type": "t_uint64"
          },
          {
            "astId": 41,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "number",
            "offset": 24,
            "slot": "2",
            "type": "t_uint32"
          },
          {
            "astId": 43,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "chunkCount",
            "offset": 28,
            "slot": "2",
            "type": "t_uint32"
          }
        ],
        "numberOfBytes": "96"
      },
      "t_struct(Entry)53_storage": {
        "encoding": "inplace",
        "label": "struct LucidAnchors.Entry",
        "members": [
          {
            "astId": 46,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "sessionId",
            "offset": 0,
            "slot": "0",
            "type": "t_bytes32"
          },
          {
            "astId": 48,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "owner",
            "offset": 0,
            "slot": "1",
            "type": "t_address"
          },
          {
            "astId": 50,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "firstChunk",
            "offset": 20,
            "slot": "1",
            "type": "t_uint64"
          },
          {
            "astId": 52,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "chunkCount",
            "offset": 28,
            "slot": "1",
            "type": "t_uint32"
          }
        ],
        "numberOfBytes": "64"
      },
      "t_struct(Ledger)64_storage": {
        "encoding": "inplace",
        "label": "struct LucidAnchors.Ledger",
        "members": [
          {
            "astId": 55,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "count",
            "offset": 0,
            "slot": "0",
            "type": "t_uint32"
          },
          {
            "astId": 57,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "totalChunks",
            "offset": 4,
            "slot": "0",
            "type": "t_uint64"
          },
          {
            "astId": 59,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "firstNumber",
            "offset": 12,
            "slot": "0",
            "type": "t_uint32"
          },
          {
            "astId": 61,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "firstChunk",
            "offset": 16,
            "slot": "0",
            "type": "t_uint64"
          },
          {
            "astId": 63,
            "contract": "LucidAnchors.sol:LucidAnchors",
            "label": "sweepAfter",
            "offset": 24,
            "slot": "0",
            "type": "t_uint64"
          }
        ],
        "numberOfBytes": "32"
      },
      "t_uint32": {
        "encoding": "inplace",
        "label": "uint32",
        "numberOfBytes": "4"
      },
      "t_uint64": {
        "encoding": "inplace",
        "label": "uint64",
        "numberOfBytes": "8"
      }
    }
  }
} as const;
